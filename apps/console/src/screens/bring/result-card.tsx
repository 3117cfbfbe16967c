import {
  PreviewedRecords_Kind as Kind,
  type PreviewMapResponse,
} from '@assay/contracts/assay/source/v1/upload_service_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { formatCount } from '../../kit/figures.ts'
import { FaultList } from './fault-list.tsx'
import { texts } from './texts.ts'

const names: Readonly<Record<Kind, string>> = {
  [Kind.UNSPECIFIED]: '',
  [Kind.PEOPLE]: texts.recordNames.people,
  [Kind.ACCOUNTS]: texts.recordNames.accounts,
  [Kind.ENTITLEMENTS]: texts.recordNames.entitlements,
  [Kind.GRANTS]: texts.recordNames.whoHasWhat,
}

/** The result of the map for the first rows, and their faults. */
export function ResultCard({ preview, isOld }: { readonly preview: PreviewMapResponse; readonly isOld: boolean }) {
  const { records, faults, faultCount, partial } = preview
  return (
    <section className="card stack" aria-label={texts.result} aria-busy={isOld}>
      <h2>{texts.result}</h2>
      {records.length === 0 && <p>{texts.nothingYet}</p>}
      {records.map(({ kind, count, columns, rows }) => (
        <div key={kind} className="stack-tight">
          <h3>
            {enumWords(names, kind)} <span className="small muted">{formatCount(Number(count))}</span>
          </h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users must be able to reach an element that scrolls */}
          <section className="table-frame" tabIndex={0} aria-label={enumWords(names, kind)}>
            <table>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col">
                      <bdi>{column}</bdi>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ cells }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: only their place distinguishes rows
                  <tr key={at}>
                    {cells.map((cell, place) => (
                      <td key={columns[place]}>
                        <bdi>{cell}</bdi>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </div>
      ))}
      <FaultList faults={faults} count={faultCount} />
      {partial && <p className="small muted">{texts.partial}</p>}
    </section>
  )
}
