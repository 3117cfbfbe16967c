import type { ComparedCounts, Comparison } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { ShareBar } from '../../kit/share-bar.tsx'
import { texts } from './texts.ts'

/** People, access and grants: only in the one, in both, only in the other. */
export function CountsTable({ comparison }: { readonly comparison: Comparison }) {
  const { first, second, identities, entitlements, cells } = comparison
  const rows = [
    [texts.people, identities],
    [texts.access, entitlements],
    [texts.pairs, cells],
  ] as const
  return (
    <table className="table">
      <caption className="for-readers">{texts.counts}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col" title={first?.displayName}>
            Only in A
          </th>
          <th scope="col">In both</th>
          <th scope="col" title={second?.displayName}>
            Only in B
          </th>
          <th scope="col" className="wide-only">
            Shared
          </th>
        </tr>
      </thead>
      <tbody>{rows.map(([title, counts]) => counts && <CountsRow key={title} title={title} counts={counts} />)}</tbody>
    </table>
  )
}

function CountsRow({ title, counts }: { readonly title: string; readonly counts: ComparedCounts }) {
  const { both, firstOnly, secondOnly, similarity } = counts
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>{formatCount(Number(firstOnly))}</td>
      <td>{formatCount(Number(both))}</td>
      <td>{formatCount(Number(secondOnly))}</td>
      <td className="wide-only">
        <span className="share-with-bar">
          {formatShare(Number(both), Number(both + firstOnly + secondOnly))}
          <ShareBar share={similarity} />
        </span>
      </td>
    </tr>
  )
}
