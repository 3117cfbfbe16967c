import type { ComparedCounts, Comparison } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { ShareBar } from '../../kit/share-bar.tsx'
import { Table } from '../../kit/table.tsx'
import { sideNames, texts } from './texts.ts'

/** Counts of people, access and grants: only in the first candidate, in both, only in the second. */
export function CountsTable({ comparison }: { readonly comparison: Comparison }) {
  const { identities, entitlements, cells } = comparison
  const rows = [
    [texts.people, identities],
    [texts.access, entitlements],
    [texts.pairs, cells],
  ] as const
  return (
    <Table
      caption={texts.counts}
      rows={rows.flatMap(([title, counts]) => (counts === undefined ? [] : [{ title, counts }]))}
      keyOf={({ title }) => title}
      head={{ title: texts.counted, cell: ({ title }) => title }}
      columns={[
        { title: sideNames.first, cell: ({ counts }) => formatCount(Number(counts.firstOnly)) },
        { title: sideNames.both, cell: ({ counts }) => formatCount(Number(counts.both)) },
        { title: sideNames.second, cell: ({ counts }) => formatCount(Number(counts.secondOnly)) },
        { title: texts.shared, isWideOnly: true, cell: ({ counts }) => <Shared counts={counts} /> },
      ]}
    />
  )
}

function Shared({ counts: { both, firstOnly, secondOnly, similarity } }: { readonly counts: ComparedCounts }) {
  return (
    <span className="share-with-bar">
      {formatShare(Number(both), Number(both + firstOnly + secondOnly))}
      <ShareBar share={similarity} />
    </span>
  )
}
