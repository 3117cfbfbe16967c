import { cohortMembers, mineCohorts, minePotentialRoles, type SnapshotParts, snapshotOf } from '@assay/mining'
import type { PlantedOrganisation } from './organisation-draft.ts'
import { judgeQuality } from './quality-judge.ts'
import type { Ranked } from './ranking.ts'

/** Potential roles by their quality. Those that the fair judge accepts are right. */
export function rankedRoles(organisation: PlantedOrganisation): Ranked[] {
  const chance: Ranked[] = []
  const { roles } = minePotentialRoles(
    snapshotOf(organisation.parts),
    {},
    { onChance: ({ quality }) => chance.push({ by: quality, isRight: false }) },
  )
  const { isRight } = judgeQuality(organisation, roles, { byAccess: true })
  return [...roles.map(({ quality }, r) => ({ by: quality, isRight: isRight[r]! })), ...chance]
}

/** The roles that the chance test rejected in data without roles, by the quality that they would have. */
export function rankedChance(parts: SnapshotParts): Ranked[] {
  const found: Ranked[] = []
  const wrong = ({ quality }: { readonly quality: number }) => found.push({ by: quality, isRight: false })
  for (const role of minePotentialRoles(snapshotOf(parts), {}, { onChance: wrong }).roles) wrong(role)
  return found
}

/** Suggestions by their confidence. */
export function rankedSuggestions(organisation: PlantedOrganisation): Ranked[] {
  const snapshot = snapshotOf(organisation.parts)
  const { suggestions } = mineCohorts(snapshot, { maxSuggestions: 1_000_000 })
  const roles = suggestions.map(({ filters, population, entitlements }) => ({
    identities: cohortMembers(snapshot, filters, { population }),
    entitlements: Uint32Array.from(entitlements, ({ entitlement }) => entitlement).sort(),
  }))
  const { isRight } = judgeQuality(organisation, roles)
  return suggestions.map(({ confidence }, s) => ({ by: confidence, isRight: isRight[s]! }))
}
