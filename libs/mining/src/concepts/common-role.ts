import type { Snapshot } from '../snapshot.ts'
import { RoleExplainer } from './explain-roles.ts'
import { finishRoles } from './finish-roles.ts'
import { prescribedOf, tightnessCurve } from './prescribe-tightness.ts'
import { drawMembers } from './refine-members.ts'
import { graphOfRows } from './role-graph.ts'
import { countHolders, organisationOf, personsOf } from './role-population.ts'
import type { RoleMiningResult } from './role-result.ts'
import type { RoleMiningSettings } from './role-settings.ts'
import type { StepHooks } from './role-steps.ts'

/**
 * The one role of the type COMMON. It has the entitlements that at least `commonAccessShare` of the population hold, and those of
 * `commonEntitlements` that a person holds. Its members are the identities that hold enough of them.
 */
export function commonRole(snapshot: Snapshot, settings: RoleMiningSettings, hooks: StepHooks): RoleMiningResult {
  const check = hooks.check ?? (() => {})
  check()
  hooks.onProgress?.({ phase: 'preparing', share: 0, rolesFinished: 0, rolesTotal: 0 })
  const persons = personsOf(snapshot, settings)
  const holders = countHolders(snapshot, persons)
  const decided = new Set(Array.from(settings.commonEntitlements))
  const least = settings.commonAccessShare * persons.length
  const kept = Uint32Array.from(holders.keys()).filter(
    (e) => holders[e]! > 0 && (holders[e]! >= least || decided.has(e)),
  )
  const isKept = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (const [ordinal, e] of kept.entries()) isKept[e] = ordinal
  const rowOffset = new Uint32Array(persons.length + 1)
  const cells: number[] = []
  for (const [p, identity] of persons.entries()) {
    for (let at = snapshot.rowOffset[identity]!; at < snapshot.rowOffset[identity + 1]!; at++) {
      if (isKept[snapshot.rowEntitlement[at]!]! >= 0) cells.push(isKept[snapshot.rowEntitlement[at]!]!)
    }
    rowOffset[p + 1] = cells.length
  }
  const graph = graphOfRows(kept.length, rowOffset, Uint32Array.from(cells))
  const role = {
    entitlements: Uint32Array.from(kept.keys()),
    members: Uint32Array.from(persons.keys()),
    peers: persons.length,
  }
  const curve = tightnessCurve(graph, kept.length === 0 ? [] : [role])
  const tightness = settings.tightness ?? prescribedOf(curve)
  drawMembers(graph, [role], tightness / 100)
  const commonAccess = Array.from(kept, (entitlement) => ({
    entitlement,
    grantedCount: holders[entitlement]!,
    coverage: holders[entitlement]! / persons.length,
  })).sort((a, b) => b.grantedCount - a.grantedCount || a.entitlement - b.entitlement)
  const grantCount = holders.reduce((sum, count) => sum + count, 0)
  const organisation = organisationOf(snapshot, persons, holders)
  const population = { persons, kept, graph, commonAccess, grantCount, organisation }
  const explainer = new RoleExplainer(snapshot, persons, settings.maxFilters)
  const outline = {
    identityCount: persons.length,
    grantCount,
    tightness,
    prescribedTightness: prescribedOf(curve),
    tightnessCurve: curve,
    commonAccess,
  }
  const { finished, explainedGrants } = finishRoles(snapshot, explainer, population, [role], settings, {
    check,
    tightness,
    onTotal: (rolesTotal) => hooks.onOutline?.({ ...outline, rolesTotal }),
    onRole: (found, index, total) => {
      hooks.onRole?.(found, index)
      hooks.onProgress?.({ phase: 'finishing', share: 1, rolesFinished: index + 1, rolesTotal: total })
    },
  })
  return { ...outline, settings, explainedGrants, roles: finished }
}
