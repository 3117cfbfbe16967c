import type { InboxPerson } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { FittedList } from '../../kit/fitted-list.tsx'
import { Gains } from '../../kit/gains.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { usePeople } from './queries.ts'
import { texts } from './texts.ts'

const columns: readonly Column<InboxPerson>[] = [
  {
    key: 'name',
    title: texts.person,
    width: 'minmax(8rem, 2fr)',
    cell: ({ displayName, identityId }) => <PersonLink id={identityId} name={displayName} />,
  },
  { key: 'id', title: texts.id, width: 'minmax(5rem, 1fr)', cell: ({ identityId }) => <bdi>{identityId}</bdi> },
  {
    key: 'gains',
    title: texts.gains,
    width: '4rem',
    isNumber: true,
    cell: (one) => <Gains count={one.gainCount} word={false} />,
  },
]

/** The people of the candidate, and the gains of each. */
export function PeopleTab({ candidateId }: { readonly candidateId: string }) {
  const [isOnlyGains, setOnlyGains] = useState(false)
  const navigate = useNavigate()
  const asked = usePeople(candidateId, isOnlyGains)
  const { people, totalCount, more } = asked
  return (
    <ListPart
      label={texts.people}
      asked={asked}
      isEmpty={people.length === 0}
      nothing={isOnlyGains ? texts.noGains : texts.noPeople}
      above={
        <label className="choice">
          <input type="checkbox" checked={isOnlyGains} onChange={({ target }) => setOnlyGains(target.checked)} />
          {texts.onlyGains}
        </label>
      }
    >
      <FittedList
        label={texts.people}
        items={people}
        keyOf={({ identityId }) => identityId}
        columns={columns}
        besideRem={23}
        onOpen={({ identityId }) => void navigate({ to: '/people/$id', params: { id: identityId } })}
        onEndReached={more}
        totalCount={totalCount}
      />
    </ListPart>
  )
}
