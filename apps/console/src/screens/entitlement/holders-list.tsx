import type { HoldingPerson } from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Choices } from '../../kit/choices.tsx'
import { FittedList, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { type HolderSelection, useHolders } from './queries.ts'
import { texts } from './texts.ts'

const person: Column<HoldingPerson> = {
  key: 'name',
  title: texts.person,
  width: 'minmax(0, 2fr)',
  cell: ({ person: named }) => <PersonLink id={named?.identityId ?? ''} name={named?.displayName ?? ''} />,
}
const department: Column<HoldingPerson> = {
  key: 'department',
  title: texts.department,
  width: 'minmax(0, 1fr)',
  cell: (one) => <bdi className="grid-name">{one.department}</bdi>,
}
const jobTitle: Column<HoldingPerson> = {
  key: 'job',
  title: texts.jobTitle,
  width: 'minmax(0, 1fr)',
  cell: (one) => <bdi className="grid-name">{one.jobTitle}</bdi>,
}

interface Props {
  readonly applicationId: string
  readonly entitlementId: string
}

const selections = (['holders', 'against', 'lacking'] as const).map((name) => [name, texts.selections[name]] as const)

/** Who holds it, who holds it against the pattern, who lacks it. */
export function HoldersList({ applicationId, entitlementId }: Props) {
  const navigate = useNavigate()
  const isNarrow = useNarrowList()
  const [selection, setSelection] = useState<HolderSelection>('holders')
  const asked = useHolders(applicationId, entitlementId, selection)
  const { people, totalCount, more } = asked
  return (
    <ListPart
      label={texts.people}
      asked={asked}
      isEmpty={people.length === 0}
      nothing={texts.nobody}
      above={<Choices legend={texts.which} options={selections} value={selection} onChange={setSelection} />}
    >
      <p>{texts.count(totalCount)}</p>
      <FittedList
        label={texts.people}
        items={people}
        keyOf={({ person: named }) => named?.identityId ?? ''}
        columns={isNarrow ? [person, department] : [person, department, jobTitle]}
        besideRem={24}
        onOpen={({ person: named }) => void navigate({ to: '/people/$id', params: { id: named?.identityId ?? '' } })}
        onEndReached={more}
        totalCount={totalCount}
      />
    </ListPart>
  )
}
