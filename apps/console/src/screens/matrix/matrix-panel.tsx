import { type MatrixDescription, RoleSource } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { useNarrowerThan } from '../../shell/use-width.ts'
import { BlockList } from './block-list.tsx'
import type { Colours } from './colours.ts'
import { FindBox } from './find-box.tsx'
import { Legend } from './legend.tsx'
import { type LookSearch, type Place, type Show, shows } from './look.ts'
import { MatrixGrid } from './matrix-grid.tsx'
import { type Painted, paintTiles } from './paint.ts'
import { useMatrix, useOverview, type View } from './queries.ts'
import { type Rectangle, sheetsOf, usualZoom } from './sheets.ts'
import { matrixSentence, showNames, texts } from './texts.ts'
import { useAt } from './use-at.ts'
import { useColours } from './use-colours.ts'
import { ZoomButtons } from './zoom-buttons.tsx'

interface Props {
  readonly view: View
  readonly look: LookSearch
  readonly onLook: (look: LookSearch) => void
}

/** Narrower pages show the list of roles instead of the matrix. */
const leastWidth = 600

/** A matrix with its controls, on its page or in a tab of another screen. */
export function MatrixPanel({ view, look, onLook }: Props) {
  const { data: matrix, error, refetch, isPending } = useMatrix(view)
  const isNarrow = useNarrowerThan(leastWidth)
  if (error !== null) {
    const isEmpty = ConnectError.from(error).code === Code.FailedPrecondition
    return isEmpty ? (
      <Nothing reason={ConnectError.from(error).rawMessage} />
    ) : (
      <Failed error={error} onRetry={() => void refetch()} />
    )
  }
  if (isPending || matrix === undefined) return <p aria-busy>{texts.ordering}</p>
  const show = matrix.roleCount === 0 ? 'as-is' : (look.show ?? 'as-is')
  const isThere = matrix.rowCount > 0 && matrix.columnCount > 0
  return (
    <section className="stack" aria-label={texts.title}>
      <Sentence>{matrixSentence(matrix, show)}</Sentence>
      {isThere && isNarrow && (
        <>
          <p className="muted">{texts.narrow}</p>
          <BlockList blocks={matrix.blocks} />
        </>
      )}
      {isThere && !isNarrow && (
        <Ordered
          key={matrix.version}
          matrix={matrix}
          view={view}
          show={show}
          look={look}
          onLook={onLook}
          onAgain={() => void refetch()}
        />
      )}
    </section>
  )
}

function Nothing({ reason }: { readonly reason: string }) {
  return (
    <>
      <p>{reason}</p>
      <p>
        <Link className="button" to="/">
          {texts.toStart}
        </Link>
      </p>
    </>
  )
}

interface OrderedProps extends Props {
  readonly matrix: MatrixDescription
  readonly show: Show
  readonly onAgain: () => void
}

function Ordered({ matrix, view, show, look, onLook, onAgain }: OrderedProps) {
  const { rowCount, columnCount, version, blocks } = matrix
  const frame = useRef<HTMLDivElement>(null)
  const colours = useColours(frame)
  const sheets = useMemo(() => sheetsOf(rowCount, columnCount), [rowCount, columnCount])
  const zoom = Math.min(look.zoom ?? usualZoom(sheets, 800, 480), sheets.length - 1)
  const sheet = sheets[zoom] ?? sheets[0]
  // The address of a tab has more parameters, which belong to its screen.
  const change = (next: LookSearch) => onLook({ show: look.show, zoom: look.zoom, at: look.at, ...next })
  const [at, setAt] = useAt(look.at, (text) => change({ at: text }))
  const { data: overview, error, refetch } = useOverview(view, version, show)
  const tiles = useTiles(overview, matrix, show, colours)
  const marks = useMarks()
  const isCells = sheet?.kind === 'cells'
  const goTo = (next: number) => {
    const within = Math.max(0, Math.min(sheets.length - 1, next))
    if (within !== zoom) change({ zoom: within })
  }
  const isChanged = error !== null && ConnectError.from(error).code === Code.Aborted
  return (
    <div className="stack" ref={frame}>
      <div className="filters">
        <ShowChoice matrix={matrix} show={show} onShow={(next) => change({ show: next })} />
        <FindBox view={view} version={version} at={at} onGo={setAt} />
        <ZoomButtons sheets={sheets} zoom={zoom} onZoom={goTo} />
        <Button
          className="button"
          aria-pressed={marks.isMarking}
          isDisabled={!isCells}
          onPress={() => (marks.isMarking ? marks.clear() : marks.begin())}
        >
          {texts.mark}
        </Button>
      </div>
      {isChanged && (
        <div className="row" role="alert">
          <span>{texts.changed}</span>
          <Button className="button" onPress={onAgain}>
            {texts.again}
          </Button>
        </div>
      )}
      {error !== null && !isChanged && <Failed error={error} onRetry={() => void refetch()} />}
      {colours !== undefined && sheet !== undefined && (
        <MatrixGrid
          matrix={matrix}
          view={view}
          show={show}
          sheet={sheet}
          overview={overview}
          tiles={tiles}
          colours={colours}
          at={clamped(at, matrix)}
          onAt={setAt}
          onZoom={(by) => goTo(zoom + by)}
          isMarking={marks.isMarking && isCells}
          marked={isCells ? marks.marked : undefined}
          onMark={(place) => isCells && marks.corner(place)}
          onRectangle={(rectangle) => isCells && marks.set(rectangle)}
          onUnmark={marks.clear}
        />
      )}
      {matrix.roleCount === 0 && view.roles !== RoleSource.NONE && <p className="small muted">{texts.noRoles}</p>}
      <p className="small muted sentence" role="status">
        {!isCells ? texts.onlyCells : marks.isMarking && (marks.hasCorner ? texts.secondCorner : texts.markHow)}
      </p>
      <Legend show={show} isTiles={sheet?.kind === 'tiles'} />
      <details>
        <summary>{texts.blockCount(blocks.length)}</summary>
        <BlockList blocks={blocks} onGo={setAt} />
      </details>
    </div>
  )
}

/** Limits a place to the matrix, because an address may be from a larger matrix. */
function clamped({ row, column }: Place, { rowCount, columnCount }: MatrixDescription): Place {
  return { row: Math.min(row, rowCount - 1), column: Math.min(column, columnCount - 1) }
}

interface ShowProps {
  readonly matrix: MatrixDescription
  readonly show: Show
  readonly onShow: (show: LookSearch['show']) => void
}

function ShowChoice({ matrix, show, onShow }: ShowProps) {
  if (matrix.roleCount === 0) return null
  return (
    <fieldset className="choices">
      <legend className="field-label">{texts.show}</legend>
      <div className="row">
        {shows.map((name) => (
          <label key={name} className="choice">
            <input
              type="radio"
              name="show"
              checked={show === name}
              onChange={() => onShow(name === 'as-is' ? undefined : name)}
            />
            {showNames[name]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

type Overview = ReturnType<typeof useOverview>['data']

function useTiles(overview: Overview, matrix: MatrixDescription, show: Show, colours: Colours | undefined) {
  const [tiles, setTiles] = useState<Painted>()
  useEffect(() => {
    if (overview === undefined || colours === undefined) return
    let isWanted = true
    void paintTiles(overview, matrix, show, colours).then((painted) => {
      if (isWanted) setTiles(painted)
    })
    return () => {
      isWanted = false
    }
  }, [overview, matrix, show, colours])
  return tiles
}

/** The rectangle that is being marked: by two corners, or by a drag. */
function useMarks() {
  const [isMarking, setMarking] = useState(false)
  const [corner, setCorner] = useState<Place>()
  const [marked, setMarked] = useState<Rectangle>()
  return {
    isMarking,
    hasCorner: corner !== undefined,
    marked,
    begin: () => setMarking(true),
    corner(place: Place) {
      setMarked({ from: corner ?? place, to: place })
      setCorner(corner === undefined ? place : undefined)
      setMarking(corner === undefined)
    },
    set(rectangle: Rectangle) {
      setMarked(rectangle)
      setCorner(undefined)
    },
    clear() {
      setMarking(false)
      setCorner(undefined)
      setMarked(undefined)
    },
  }
}
