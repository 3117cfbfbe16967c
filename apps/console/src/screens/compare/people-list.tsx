import type { CandidateIdentity } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { PersonLink } from '../person/person-link.tsx'

interface Props {
  readonly label: string
  readonly items: readonly CandidateIdentity[]
  readonly totalCount: number
  readonly onMore: () => void
  /** Of how many entitlements `heldCount` speaks; undefined: it stands alone. */
  readonly of?: number | undefined
  /** Ids of who is taken out; without it nobody can be. */
  readonly out?: ReadonlySet<string> | undefined
  readonly onToggle?: ((identityId: string) => void) | undefined
}

/** People of a candidate with how much of it each holds. */
export function PeopleList({ label, items, totalCount, onMore, of, out, onToggle }: Props) {
  const navigate = useNavigate()
  const { density, letters } = useStore(preferences)
  const [active, setActive] = useState<string>()
  const rowHeight = density === 'dense' ? 30 : 44
  const kept = out && new Set(items.map(({ identityId }) => identityId).filter((id) => !out.has(id)))
  const columns: readonly Column<CandidateIdentity>[] = [
    ...(onToggle
      ? [
          {
            key: 'in',
            title: 'In',
            width: '2rem',
            cell: ({ identityId, displayName }: CandidateIdentity) => (
              <input
                type="checkbox"
                className="tick"
                tabIndex={-1}
                aria-label={`Mean ${displayName || identityId}`}
                checked={!out?.has(identityId)}
                onChange={() => onToggle(identityId)}
              />
            ),
          },
        ]
      : []),
    {
      key: 'name',
      title: 'Person',
      width: 'minmax(6rem, 1fr)',
      cell: ({ displayName, identityId }) => <PersonLink id={identityId} name={displayName} />,
    },
    {
      key: 'held',
      title: 'Holds',
      width: 'minmax(4.5rem, 9rem)',
      isNumber: true,
      cell: ({ heldCount }) => (of === undefined ? formatCount(heldCount) : formatShare(heldCount, of)),
    },
  ]
  return (
    <GridList
      label={label}
      items={items}
      keyOf={({ identityId }) => identityId}
      columns={columns}
      rowHeight={rowHeight}
      height={`min(${(totalCount + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 24rem)))`}
      active={active}
      onActive={setActive}
      onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
      {...(kept && { selected: kept, palesOthers: true })}
      {...(onToggle && { onSelect: onToggle })}
      lettersOn={letters}
      onEndReached={onMore}
      totalCount={totalCount}
    />
  )
}
