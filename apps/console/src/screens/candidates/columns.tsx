import { type InboxCandidate, InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link } from '@tanstack/react-router'
import { Band } from '../../kit/band.tsx'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { Key } from '../../kit/icons.tsx'
import { Losses } from '../../kit/losses.tsx'
import { tickColumn } from '../../kit/tick-column.tsx'
import type { CandidatesSearch } from './search.ts'

interface Options {
  readonly search: CandidatesSearch
  readonly isMarked: (id: string) => boolean
  readonly onMark: (id: string) => void
  /** What people outside would lose, by id; see `useLosses`. */
  readonly losses: ReadonlyMap<string, number>
  /** A phone has room for the name and what it changes. */
  readonly isNarrow: boolean
  /** A tablet has none for how it was found and who holds all of it. */
  readonly isMedium: boolean
}

/** What a row says of a candidate. */
export function candidateColumns({
  search,
  isMarked,
  onMark,
  losses,
  isNarrow,
  isMedium,
}: Options): readonly Column<InboxCandidate>[] {
  const mark = tickColumn<InboxCandidate>({
    title: 'Mark',
    labelOf: ({ displayName }) => `Mark ${displayName}`,
    isTicked: ({ id }) => isMarked(id),
    onTick: ({ id }) => onMark(id),
    isNarrow,
  })
  const name: Column<InboxCandidate> = {
    key: 'name',
    title: 'Candidate',
    width: isNarrow ? 'minmax(0, 1fr)' : 'minmax(9rem, 3fr)',
    cell: ({ id, kind, displayName, peopleCount, entitlementCount }) => (
      <>
        <Link
          className="grid-name"
          to="/candidates/$id"
          params={{ id }}
          search={{ ...search }}
          tabIndex={-1}
          title={displayName}
        >
          <bdi>{displayName}</bdi>
        </Link>
        {isNarrow && (
          <span className="small muted">
            {kind === InboxKind.POTENTIAL_ROLE && 'by access: '}
            {counted(peopleCount, 'person', 'people')}, {counted(entitlementCount, 'entitlement', 'entitlements')}
          </span>
        )}
      </>
    ),
  }
  const gains: Column<InboxCandidate> = {
    key: 'gains',
    title: 'Gains',
    width: '4rem',
    isNumber: true,
    cell: ({ gainCount, riskyGainCount }) => (
      <span className="gains-of-row">
        <Gains count={gainCount} word={false} />
        {isNarrow && <Risky count={riskyGainCount} />}
      </span>
    ),
  }
  if (isNarrow) return [mark, name, gains]
  const wide: readonly Column<InboxCandidate>[] = [
    mark,
    { key: 'band', title: 'Shared by', width: '5.5rem', cell: (one) => <Band share={one.averageCoverage} /> },
    name,
    {
      key: 'kind',
      title: 'Found by',
      width: '5.5rem',
      cell: ({ kind }) => (kind === InboxKind.POTENTIAL_ROLE ? 'access' : 'attributes'),
    },
    {
      key: 'people',
      title: 'People',
      width: '5rem',
      isNumber: true,
      cell: ({ peopleCount }) => formatCount(peopleCount),
    },
    {
      key: 'access',
      title: 'Access',
      width: '5rem',
      isNumber: true,
      cell: ({ entitlementCount }) => formatCount(entitlementCount),
    },
    {
      key: 'all',
      title: 'Hold all of it',
      width: 'minmax(7rem, 1fr)',
      isNumber: true,
      cell: ({ peopleWithAllCount, peopleCount }) =>
        peopleWithAllCount === undefined ? (
          <span className="muted">not counted</span>
        ) : (
          formatShare(peopleWithAllCount, peopleCount)
        ),
    },
    gains,
    {
      key: 'losses',
      title: 'Losses',
      width: '4rem',
      isNumber: true,
      cell: ({ id }) => <LossesOf count={losses.get(id)} />,
    },
    {
      key: 'risky',
      title: 'High risk',
      width: '4.5rem',
      isNumber: true,
      cell: ({ riskyGainCount, riskKnown }) =>
        riskKnown ? <Risky count={riskyGainCount} /> : <span className="muted">no data</span>,
    },
  ]
  return isMedium ? wide.filter(({ key }) => key !== 'kind' && key !== 'all') : wide
}

/** What people outside lose if it replaces single grants; a dash until that is counted. */
function LossesOf({ count }: { readonly count: number | undefined }) {
  if (count !== undefined) return <Losses count={count} />
  return (
    <span className="muted">
      – <span className="for-readers">not counted yet</span>
    </span>
  )
}

/** Gains of high risk; nothing where there are none. */
function Risky({ count }: { readonly count: number }) {
  if (count === 0) return null
  return (
    <span className="risky nowrap">
      <Key /> {formatCount(count)} <span className="for-readers">of high risk</span>
    </span>
  )
}
