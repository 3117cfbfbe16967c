import type { Memberships } from '../access/close-memberships.ts'
import { resolveSettings } from '../cohort-settings.ts'
import { preparePopulation } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'
import { type AttributeReadiness, attributeReadiness } from './attribute-readiness.ts'
import { type CohortReach, ReachCount } from './cohort-reach.ts'
import { type GroupsReadiness, groupsReadiness } from './group-cycles.ts'
import { type HoldingsReadiness, holdingsReadiness } from './holdings-readiness.ts'
import { type LastUse, lastUseOf } from './last-use.ts'

/** The quality of the access data of one snapshot, as far as its arrays show it. Examples are ordinals of the snapshot. */
export interface SnapshotReadiness extends HoldingsReadiness, GroupsReadiness {
  readonly entitlements: number
  readonly minCohortSize: number
  readonly minCoverage: number
  readonly attributes: readonly AttributeReadiness[]
  readonly lastUse: LastUse
  readonly reach: CohortReach
}

/** The options of the measurement. */
export interface ReadinessQuestion {
  /** Days since 1970-01-01. */
  readonly today: number
  /** The same as for mining; default 5. */
  readonly minCohortSize?: number
  /** Nested groups, if the data have them. */
  readonly memberships?: Memberships | undefined
}

/** Pure and bounded in time: 100,000 people and 10 million grants take some seconds. */
export function measureReadiness(
  snapshot: Snapshot,
  { today, minCohortSize, memberships = noMemberships }: ReadinessQuestion,
): SnapshotReadiness {
  const settings = resolveSettings(minCohortSize === undefined ? {} : { minCohortSize })
  const graph = preparePopulation(snapshot, settings, 'people')
  const count = new ReachCount(graph, settings)
  const reach = count.countAll()
  return {
    ...holdingsReadiness(snapshot, memberships),
    ...groupsReadiness(memberships, snapshot.entitlementCount),
    entitlements: snapshot.entitlementCount,
    minCohortSize: settings.minCohortSize,
    minCoverage: settings.minCoverage,
    attributes: attributeReadiness(snapshot, graph, settings, count),
    lastUse: lastUseOf(snapshot, today),
    reach,
  }
}

const noMemberships: Memberships = { holder: new Uint32Array(0), entitlement: new Uint32Array(0) }
