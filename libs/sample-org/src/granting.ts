import { GrantTable } from './grant-table.ts'
import { itemAt } from './item-at.ts'
import type { RolePlan } from './planting.ts'
import type { Random } from './random.ts'
import type { SampleEntitlement, SampleIdentity } from './sample-records.ts'

/**
 * Makes the grants of the planted roles with noise, and the grants of machine accounts; every group also gives its implied entitlements.
 */
export function grantAccess(
  random: Random,
  identities: readonly SampleIdentity[],
  entitlements: readonly SampleEntitlement[],
  plans: readonly RolePlan[],
  settings: { readonly missingShare: number; readonly extraShare: number; readonly today: number },
): GrantTable {
  const held = identities.map(() => new Set<number>())
  const implied = impliedOrdinals(entitlements)
  const planted = plantGrants(random.stream('planted'), held, plans, implied, settings.missingShare)
  grantToMachines(random.stream('machines'), held, identities, entitlements)
  addExtras(random.stream('extra'), held, identities, implied, planted, settings.extraShare)
  return tabulate(random.stream('dates'), held, identities, entitlements, settings.today)
}

function impliedOrdinals(entitlements: readonly SampleEntitlement[]): readonly (readonly number[])[] {
  const ordinals = new Map(entitlements.map((entitlement, ordinal) => [entitlement.id, ordinal]))
  return entitlements.map((entitlement) => entitlement.implies.flatMap((id) => ordinals.get(id) ?? []))
}

/**
 * Makes the grants of planted roles. When a group is missing, its implied entitlements are missing too; implied entitlements of a held
 * group are never missing. @returns the number of planned grants
 */
function plantGrants(
  random: Random,
  held: readonly Set<number>[],
  plans: readonly RolePlan[],
  implied: readonly (readonly number[])[],
  missingShare: number,
): number {
  let planned = 0
  for (const plan of plans) {
    const nested = new Set(plan.entitlements.flatMap((ordinal) => itemAt(implied, ordinal)))
    const direct = plan.entitlements.filter((ordinal) => !nested.has(ordinal))
    const give = (identity: number, missing: number) => {
      const holds = itemAt(held, identity)
      for (const ordinal of direct) {
        if (random.chance(missing)) continue
        holds.add(ordinal)
        for (const other of itemAt(implied, ordinal)) holds.add(other)
      }
    }
    for (const member of plan.members) give(member, missingShare)
    // People who left keep some of their access, which a review should find.
    for (const leaver of plan.leavers) give(leaver, 0.8)
    planned += plan.members.length * plan.entitlements.length
  }
  return planned
}

function grantToMachines(
  random: Random,
  held: readonly Set<number>[],
  identities: readonly SampleIdentity[],
  entitlements: readonly SampleEntitlement[],
): void {
  const systems = new Set(['source-control', 'pipeline', 'cloud', 'warehouse', 'secrets', 'files', 'ledger', 'crm'])
  const technical = entitlements.flatMap((entitlement, ordinal) =>
    systems.has(entitlement.applicationId) ? [ordinal] : [],
  )
  identities.forEach((identity, ordinal) => {
    if (identity.type === 'human' || technical.length === 0) return
    for (let left = random.integer(1, 6); left > 0; left--) itemAt(held, ordinal).add(random.pick(technical))
  })
}

function addExtras(
  random: Random,
  held: readonly Set<number>[],
  identities: readonly SampleIdentity[],
  implied: readonly (readonly number[])[],
  planted: number,
  extraShare: number,
): void {
  const people = identities.flatMap((identity, ordinal) =>
    identity.type === 'human' && identity.status === 'enabled' ? [ordinal] : [],
  )
  for (let left = Math.round(planted * extraShare); left > 0; left--) {
    const holder = itemAt(held, random.pick(people))
    const extra = random.integer(0, implied.length - 1)
    holder.add(extra)
    for (const other of itemAt(implied, extra)) holder.add(other)
  }
}

function tabulate(
  random: Random,
  held: readonly ReadonlySet<number>[],
  identities: readonly SampleIdentity[],
  entitlements: readonly SampleEntitlement[],
  today: number,
): GrantTable {
  const count = held.reduce((sum, set) => sum + set.size, 0)
  const identity = new Uint32Array(count)
  const entitlement = new Uint32Array(count)
  const grantedDay = new Uint16Array(count)
  const lastUsedDay = new Uint16Array(count)
  let row = 0
  held.forEach((set, ordinal) => {
    const isEnabled = itemAt(identities, ordinal).status === 'enabled'
    const joined = today - random.integer(30, 2500)
    for (const given of Uint32Array.from(set).sort()) {
      identity[row] = ordinal
      entitlement[row] = given
      const granted = random.integer(joined, today - 7)
      grantedDay[row] = granted
      lastUsedDay[row] = lastUse(random, granted, today, isEnabled)
      row++
    }
  })
  return new GrantTable(identities, entitlements, { identity, entitlement, grantedDay, lastUsedDay })
}

/** Most access is used within three months, some has not been used for longer, some never. */
function lastUse(random: Random, granted: number, today: number, isEnabled: boolean): number {
  const fate = random.next()
  if (fate < 0.06) return 0
  if (!isEnabled || fate < 0.18) return random.integer(granted, Math.max(granted, today - 91))
  return random.integer(Math.max(granted, today - 89), today)
}
