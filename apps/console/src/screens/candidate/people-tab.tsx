import type { InboxPerson } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Failed } from '../../kit/failed.tsx'
import { Gains } from '../../kit/gains.tsx'
import { type Column, GridList } from '../../kit/grid-list.tsx'
import { preferences } from '../../shell/preferences.ts'
import { useStore } from '../../shell/store.ts'
import { PersonLink } from '../person/person-link.tsx'
import { usePeople } from './queries.ts'
import { texts } from './texts.ts'

const columns: readonly Column<InboxPerson>[] = [
  {
    key: 'name',
    title: 'Person',
    width: 'minmax(8rem, 2fr)',
    cell: ({ displayName, identityId }) => <PersonLink id={identityId} name={displayName} />,
  },
  { key: 'id', title: 'Id', width: 'minmax(5rem, 1fr)', cell: ({ identityId }) => <bdi>{identityId}</bdi> },
  {
    key: 'gains',
    title: 'Gains',
    width: '4rem',
    isNumber: true,
    cell: (one) => <Gains count={one.gainCount} word={false} />,
  },
]

/** Whom it means, and what each would gain. */
export function PeopleTab({ candidateId }: { readonly candidateId: string }) {
  const { density, letters } = useStore(preferences)
  const [isOnlyGains, setOnlyGains] = useState(false)
  const [active, setActive] = useState<string>()
  const navigate = useNavigate()
  const { people, totalCount, more, error, isPending, refetch } = usePeople(candidateId, isOnlyGains)
  const rowHeight = density === 'dense' ? 30 : 44
  return (
    <div className="stack" aria-busy={isPending}>
      <label className="choice">
        <input type="checkbox" checked={isOnlyGains} onChange={({ target }) => setOnlyGains(target.checked)} />
        {texts.onlyGains}
      </label>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {!isPending && error === null && totalCount === 0 && <p>{isOnlyGains ? texts.noGains : texts.noPeople}</p>}
      {people.length > 0 && (
        <GridList
          label="People"
          items={people}
          keyOf={({ identityId }) => identityId}
          columns={columns}
          rowHeight={rowHeight}
          height={`min(${(totalCount + 1) * rowHeight + 8}px, max(20rem, calc(100dvh - 23rem)))`}
          active={active}
          onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
          onActive={setActive}
          lettersOn={letters}
          onEndReached={more}
          totalCount={totalCount}
        />
      )}
    </div>
  )
}
