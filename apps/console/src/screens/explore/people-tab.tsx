import type { CohortDescription, CohortEntitlement } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { ListPart } from '../../kit/list-part.tsx'
import { PeopleList } from '../compare/people-list.tsx'
import { useCohortPeople } from './queries.ts'
import type { Condition } from './search.ts'
import { texts } from './texts.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly conditions: readonly Condition[]
  readonly chosen: readonly CohortEntitlement[]
}

/** The people of the cohort, each with the number of selected entitlements that they hold; without a selection, of those that most hold. */
export function CohortPeople({ cohort, conditions, chosen }: Props) {
  const entitlements = chosen.length > 0 ? chosen : cohort.entitlements.slice(0, 1)
  const people = useCohortPeople(conditions, entitlements)
  const { items, totalCount, more } = people
  return (
    <ListPart label={texts.people} asked={people} isEmpty={items.length === 0}>
      <PeopleList label={texts.people} items={items} totalCount={totalCount} onMore={more} of={entitlements.length} />
    </ListPart>
  )
}
