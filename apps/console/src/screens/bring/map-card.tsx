import type { PreviewMapResponse } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { useRef } from 'react'
import { Button } from 'react-aria-components'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { useReadyMaps } from './queries.ts'
import { texts } from './texts.ts'

interface Props {
  readonly preview: PreviewMapResponse | undefined
  readonly content: string
  readonly isEdited: boolean
  readonly onEdit: (content: string) => void
  readonly onDrop: () => void
}

/** The text of the map beside the columns that it may name; a fault in the map is shown with its line. */
export function MapCard({ preview, content, isEdited, onEdit, onDrop }: Props) {
  const isNarrow = useNarrowerThan(900)
  const { data: ready } = useReadyMaps()
  const editor = useRef<HTMLTextAreaElement>(null)
  const fault = preview?.mapFault
  const isOpen = isEdited || preview?.parts.some(({ map }) => map === '') === true
  const goToFault = () => {
    const area = editor.current
    if (area === null || fault === undefined) return
    const [start, end] = lineRange(area.value, fault.line)
    area.focus()
    area.setSelectionRange(start, end)
  }
  return (
    <section className="card stack" aria-label={texts.map}>
      <h2>{texts.map}</h2>
      <p className="small muted">{texts.mapHint}</p>
      {isNarrow ? (
        <p>{texts.needsWidth}</p>
      ) : (
        <details open={isOpen}>
          <summary>{texts.mapText}</summary>
          <div className="map-editor">
            <div className="stack">
              <div className="row">
                <label className="field">
                  <span className="field-label">{texts.mapStart}</span>
                  <select
                    className="input"
                    value=""
                    onChange={({ currentTarget: { value } }) => {
                      const chosen = ready?.maps.find(({ name }) => name === value)
                      if (chosen !== undefined) onEdit(chosen.content)
                    }}
                  >
                    <option value="">{texts.mapFits}</option>
                    {ready?.maps.map(({ name, title }) => (
                      <option key={name} value={name}>
                        {title === '' ? name : `${name}: ${title}`}
                      </option>
                    ))}
                  </select>
                </label>
                {isEdited && (
                  <Button className="button" onPress={onDrop}>
                    {texts.mapDrop}
                  </Button>
                )}
              </div>
              <textarea
                ref={editor}
                className="input map-text"
                aria-label={texts.mapText}
                aria-invalid={fault !== undefined}
                aria-describedby={fault === undefined ? undefined : 'map-fault'}
                spellCheck={false}
                wrap="off"
                rows={22}
                value={content}
                onChange={({ currentTarget: { value } }) => onEdit(value)}
              />
              {fault !== undefined && (
                <p id="map-fault" role="alert" className="row">
                  <span>{texts.line(fault.line, fault.message)}</span>
                  <Button className="button" onPress={goToFault}>
                    {texts.goToLine(fault.line)}
                  </Button>
                </p>
              )}
              {isEdited && <p className="small muted">{texts.mapKept}</p>}
              {content === '' && preview !== undefined && <p className="small muted">{texts.mapSeveral}</p>}
            </div>
            <Columns preview={preview} />
          </div>
        </details>
      )}
    </section>
  )
}

function Columns({ preview }: { readonly preview: PreviewMapResponse | undefined }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
    <section className="stack map-columns" aria-label={texts.columns} tabIndex={0}>
      <h3>{texts.columns}</h3>
      {preview?.parts.map(({ name, columns, columnCount, rowCount }) => (
        <div key={name} className="stack-tight">
          <h4>
            <bdi>{name}</bdi>
          </h4>
          <ul>
            {columns.map((column) => (
              <li key={column.name}>
                <bdi>
                  <strong>{column.name}</strong>
                </bdi>{' '}
                <span className="small muted">
                  {texts.filled(column.filledCount, rowCount)} <bdi>{column.values.join(' · ')}</bdi>
                </span>
              </li>
            ))}
          </ul>
          {columnCount > columns.length && <p className="small muted">{texts.more(columnCount - columns.length)}</p>}
        </div>
      ))}
    </section>
  )
}

/** The offsets at which a line begins and ends in a text; lines count from 1. */
function lineRange(text: string, line: number): readonly [start: number, end: number] {
  let start = 0
  for (let at = 1; at < line; at++) {
    const next = text.indexOf('\n', start)
    if (next < 0) break
    start = next + 1
  }
  const end = text.indexOf('\n', start)
  return [start, end < 0 ? text.length : end]
}
