import { type InboxCandidate, InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Link } from '@tanstack/react-router'
import { Band } from '../../kit/band.tsx'
import { sizeWords } from '../../kit/count-texts.ts'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { Gains } from '../../kit/gains.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { Key } from '../../kit/icons.tsx'
import { Losses } from '../../kit/losses.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { tickColumn } from '../../kit/tick-column.tsx'
import type { CandidatesSearch } from './search.ts'
import { texts } from './texts.ts'

interface Options {
  readonly search: CandidatesSearch
  readonly isMarked: (id: string) => boolean
  readonly onMark: (id: string) => void
  /** The number of grants that people outside would lose, by the id of the candidate; see `useLosses`. */
  readonly losses: ReadonlyMap<string, number>
  /** On a phone: only the name and the changes. */
  readonly isNarrow: boolean
  /** On a tablet: without the kind of the candidate and the holders of all. */
  readonly isMedium: boolean
}

/** The columns of the list of candidates. */
export function candidateColumns({
  search,
  isMarked,
  onMark,
  losses,
  isNarrow,
  isMedium,
}: Options): readonly Column<InboxCandidate>[] {
  const mark = tickColumn<InboxCandidate>({
    title: texts.mark,
    labelOf: ({ displayName }) => texts.markOne(displayName),
    isTicked: ({ id }) => isMarked(id),
    onTick: ({ id }) => onMark(id),
    isNarrow,
  })
  const name: Column<InboxCandidate> = {
    key: 'name',
    title: texts.candidate,
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
            {kind === InboxKind.POTENTIAL_ROLE && texts.byAccess}
            {sizeWords(peopleCount, entitlementCount)}
          </span>
        )}
      </>
    ),
  }
  const gains: Column<InboxCandidate> = {
    key: 'gains',
    title: texts.gains,
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
    { key: 'band', title: texts.band, width: '5.5rem', cell: (one) => <Band share={one.averageCoverage} /> },
    name,
    {
      key: 'kind',
      title: texts.foundBy,
      width: '5.5rem',
      cell: ({ kind }) => (kind === InboxKind.POTENTIAL_ROLE ? texts.foundByAccess : texts.foundByAttributes),
    },
    {
      key: 'people',
      title: texts.people,
      width: '5rem',
      isNumber: true,
      cell: ({ peopleCount }) => formatCount(peopleCount),
    },
    {
      key: 'access',
      title: texts.access,
      width: '5rem',
      isNumber: true,
      cell: ({ entitlementCount }) => formatCount(entitlementCount),
    },
    {
      key: 'all',
      title: texts.holdAll,
      width: 'minmax(7rem, 1fr)',
      isNumber: true,
      cell: ({ peopleWithAllCount, peopleCount }) =>
        peopleWithAllCount === undefined ? (
          <span className="muted">{texts.notCounted}</span>
        ) : (
          formatShare(peopleWithAllCount, peopleCount)
        ),
    },
    gains,
    {
      key: 'losses',
      title: texts.losses,
      width: '4rem',
      isNumber: true,
      cell: ({ id }) => <LossesOf count={losses.get(id)} />,
    },
    {
      key: 'risky',
      title: texts.highRisk,
      width: '4.5rem',
      isNumber: true,
      cell: ({ riskyGainCount, riskKnown }) =>
        riskKnown ? <Risky count={riskyGainCount} /> : <span className="muted">{kitTexts.noData}</span>,
    },
  ]
  return isMedium ? wide.filter(({ key }) => key !== 'kind' && key !== 'all') : wide
}

/** The losses of people outside if the candidate replaces single grants; a dash until they are counted. */
function LossesOf({ count }: { readonly count: number | undefined }) {
  if (count !== undefined) return <Losses count={count} />
  return (
    <span className="muted">
      – <span className="for-readers">{texts.notCountedYet}</span>
    </span>
  )
}

/** The number of gains of high risk; nothing when there are none. */
function Risky({ count }: { readonly count: number }) {
  if (count === 0) return null
  return (
    <span className="risky nowrap">
      <Key /> {formatCount(count)} <span className="for-readers">{texts.ofHighRisk}</span>
    </span>
  )
}
