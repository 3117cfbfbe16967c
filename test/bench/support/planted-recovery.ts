import type { SnapshotParts } from '@assay/mining'
import { generateOrganisation } from '@assay/sample-org'
import { type Judgement, judgeRoles, type Role } from '../../../libs/mining/bench/judge-roles.ts'
import { potentialRoles, suggestedRoles } from '../../../libs/mining/bench/one-cohort.ts'
import { scatteredRoles } from '../../../libs/mining/bench/scattered-roles.ts'
import { snapshotOfOrganisation } from '../../quality/organisation-snapshot.ts'
import type { Measure } from './bench.ts'

/** One organisation with planted roles: the share `noise` of their grants is missing, and 0.4 x `noise` of others were added. */
interface PlantedSettings {
  readonly seed: number
  readonly identityCount: number
  readonly noise: number
}

/** Each way to plant roles and find them again. */
export const recoveries: Readonly<Record<string, (settings: PlantedSettings) => Judgement>> = {
  'sample organisation, suggestions': (settings) => {
    const { parts, roles } = sampleRoles(settings)
    return judgeRoles(roles, suggestedRoles(parts), 1)
  },
  'sample organisation, potential roles': (settings) => {
    const { parts, roles } = sampleRoles(settings)
    return judgeRoles(roles, potentialRoles(parts), 20)
  },
  'scattered roles, potential roles': ({ seed, identityCount, noise }) => {
    const { parts, roles } = scatteredRoles(identityCount, { seed, missing: noise, extra: noise * 0.4 })
    return judgeRoles(roles, potentialRoles(parts), 20)
  },
}

/** Measures the cohort miner on five sample organisations with 5 % of the planted grants missing and 2 % extra. */
export function benchPlantedCohorts(): Measure[] {
  return [1, 2, 3, 4, 5].flatMap((seed): Measure[] => {
    const { f1, spurious, mined } = recoveries['sample organisation, suggestions']!({
      seed,
      identityCount: 2000,
      noise: 0.05,
    })
    return [
      { measure: `seed ${seed}, F1`, value: f1, unit: '', goal: { atLeast: 0.95 } },
      { measure: `seed ${seed}, spurious`, value: (100 * spurious) / mined, unit: '%', goal: { atMost: 5 } },
    ]
  })
}

/** The planted roles that have filters. The birthright role is common access and not a role. */
function sampleRoles({ seed, identityCount, noise }: PlantedSettings): { parts: SnapshotParts; roles: Role[] } {
  const organisation = generateOrganisation({ seed, identityCount, missingShare: noise, extraShare: noise * 0.4 })
  const identityOrdinal = new Map(organisation.identities.map(({ id }, ordinal) => [id, ordinal]))
  const entitlementOrdinal = new Map(organisation.entitlements.map(({ id }, ordinal) => [id, ordinal]))
  const ordinals = (ids: readonly string[], of: ReadonlyMap<string, number>) =>
    Uint32Array.from(ids, (id) => of.get(id)!).sort()
  const roles = organisation.plantedRoles
    .filter(({ filters }) => filters.length > 0)
    .map(({ identityIds, entitlementIds }) => ({
      identities: ordinals(identityIds, identityOrdinal),
      entitlements: ordinals(entitlementIds, entitlementOrdinal),
    }))
  return { parts: snapshotOfOrganisation(organisation), roles }
}
