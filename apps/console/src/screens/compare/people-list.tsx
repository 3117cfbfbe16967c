import type { CandidateIdentity } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { FittedList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { tickColumn } from '../../kit/tick-column.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly label: string
  readonly items: readonly CandidateIdentity[]
  readonly totalCount: number
  readonly onMore: () => void
  /** The number of entitlements to which `heldCount` refers; without it, `heldCount` is shown alone. */
  readonly of?: number | undefined
  /** Ids of the left-out people; without it, no one can be left out. */
  readonly out?: ReadonlySet<string> | undefined
  readonly onToggle?: ((identityId: string) => void) | undefined
}

/** People of a candidate, each with the number of its entitlements that they hold. */
export function PeopleList({ label, items, totalCount, onMore, of, out, onToggle }: Props) {
  const navigate = useNavigate()
  const kept = out && new Set(items.map(({ identityId }) => identityId).filter((id) => !out.has(id)))
  const tick = tickColumn<CandidateIdentity>({
    title: texts.isIn,
    labelOf: ({ identityId, displayName }) => texts.mean(displayName || identityId),
    isTicked: ({ identityId }) => !out?.has(identityId),
    onTick: ({ identityId }) => onToggle?.(identityId),
  })
  const held: Column<CandidateIdentity> = {
    key: 'held',
    title: texts.holds,
    width: 'minmax(4.5rem, 9rem)',
    isNumber: true,
    cell: ({ heldCount }) => (of === undefined ? formatCount(heldCount) : formatShare(heldCount, of)),
  }
  return (
    <FittedList
      label={label}
      items={items}
      keyOf={({ identityId }) => identityId}
      columns={onToggle ? [tick, name, held] : [name, held]}
      besideRem={24}
      onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
      {...(kept && { selected: kept, palesOthers: true })}
      {...(onToggle && { onSelect: onToggle })}
      onEndReached={onMore}
      totalCount={totalCount}
    />
  )
}

const name: Column<CandidateIdentity> = {
  key: 'name',
  title: texts.person,
  width: 'minmax(6rem, 1fr)',
  cell: ({ displayName, identityId }) => <PersonLink id={identityId} name={displayName} />,
}
