import type { CohortDescription, CohortEntitlement } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { Failed } from '../../kit/failed.tsx'
import { PeopleList } from '../compare/people-list.tsx'
import { useCohortPeople } from './queries.ts'
import type { Condition } from './search.ts'
import { texts } from './texts.ts'

interface Props {
  readonly cohort: CohortDescription
  readonly conditions: readonly Condition[]
  readonly chosen: readonly CohortEntitlement[]
}

/** Who they are, and how much of what is chosen each holds; of what most hold, where nothing is chosen. */
export function CohortPeople({ cohort, conditions, chosen }: Props) {
  const entitlements = chosen.length > 0 ? chosen : cohort.entitlements.slice(0, 1)
  const { items, totalCount, more, error, isPending, refetch } = useCohortPeople(conditions, entitlements)
  return (
    <section aria-label={texts.people} aria-busy={isPending}>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      {items.length > 0 && (
        <PeopleList label={texts.people} items={items} totalCount={totalCount} onMore={more} of={entitlements.length} />
      )}
    </section>
  )
}
