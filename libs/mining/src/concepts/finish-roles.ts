import type { LeftOut } from '../policy/cut-candidate.ts'
import type { Snapshot } from '../snapshot.ts'
import { ChanceTest } from './chance-test.ts'
import { cutDrafts } from './cut-draft.ts'
import type { RoleExplainer } from './explain-roles.ts'
import type { DraftRole } from './role-book.ts'
import type { RolePopulation } from './role-population.ts'
import { beyondChance, densityOf, freshnessOf, qualityOf } from './role-quality.ts'
import type { ChanceRole, MinedRole } from './role-result.ts'
import type { RoleMiningSettings } from './role-settings.ts'

/**
 * Applies the policies to the roles, counts them, drops roles that chance could have produced, explains and orders the rest, and passes
 * on each role as soon as it is finished.
 */
export function finishRoles(
  snapshot: Snapshot,
  explainer: RoleExplainer,
  population: RolePopulation,
  drafts: readonly DraftRole[],
  settings: RoleMiningSettings,
  hooks: {
    readonly check: () => void
    /** The tightness in force, in percent. */
    readonly tightness: number
    /** Called once, before the first role. */
    readonly onTotal: (total: number) => void
    readonly onRole: (role: MinedRole, index: number, total: number) => void
    readonly onChance?: ((role: ChanceRole) => void) | undefined
  },
): { readonly finished: MinedRole[]; readonly explainedGrants: number } {
  const { graph, persons, kept, organisation } = population
  const { columnOffset, columnPerson } = graph
  const isExplained = new Uint8Array(columnPerson.length)
  const isMember = new Uint8Array(graph.personCount)
  const level = new Uint32Array(graph.personCount)
  const chance = new ChanceTest(graph.personCount, graph.entitlementCount)
  const profiles = settings.existingProfiles.map((profile) => new Set(Array.from(profile)))
  const figuresOf = ({ members, entitlements }: DraftRole, held: Uint32Array) => {
    const own = entitlements.map((e) => kept[e]!)
    const identityCount = members.length
    const grants = held.reduce((sum, count) => sum + count, 0)
    const density = densityOf(grants, identityCount, own.length)
    const freshness = freshnessOf(own, profiles)
    const organisationCounts = own.map((e) => organisation.holders[e]!)
    const organisationSize = organisation.size
    const beyond = beyondChance({ identityCount, granted: held, organisationCounts, organisationSize })
    return { density, freshness, quality: qualityOf(density, freshness, beyond) }
  }
  const counted: {
    readonly draft: DraftRole
    readonly leftOut: readonly LeftOut[]
    readonly held: Uint32Array
    readonly grants: number
    readonly least: number
  }[] = []
  const isLarge = ({ members, entitlements }: DraftRole) =>
    members.length >= settings.minIdentities && entitlements.length >= settings.minEntitlements
  const proposed = cutDrafts(snapshot, population, drafts.filter(isLarge), settings.policies, hooks.tightness)
  for (const { draft, leftOut } of proposed) {
    if (!isLarge(draft)) continue
    const { entitlements, members } = draft
    for (const person of members) isMember[person] = 1
    const held = entitlements.map((e) =>
      countColumn(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, isMember, level),
    )
    let least = entitlements.length
    for (const person of members) {
      least = Math.min(least, level[person]!)
      level[person] = 0
    }
    // Common access is not tested for chance.
    const isChance =
      settings.type === 'SPECIALIZED' &&
      chance.gain(
        members.length,
        held,
        entitlements.map((e) => columnOffset[e + 1]! - columnOffset[e]!),
      ) <= 0
    if (!isChance) {
      for (const e of entitlements)
        markColumn(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, isMember, isExplained)
    }
    for (const person of members) isMember[person] = 0
    hooks.check()
    if (isChance) {
      hooks.onChance?.({ quality: figuresOf(draft, held).quality, identityCount: members.length })
      continue
    }
    counted.push({ draft, leftOut, held, grants: held.reduce((sum, count) => sum + count, 0), least })
  }
  counted.sort((a, b) => b.grants - a.grants || compareLists(a.draft.entitlements, b.draft.entitlements))
  hooks.onTotal(counted.length)
  const finished: MinedRole[] = []
  for (const { draft, leftOut, held, grants, least } of counted) {
    const entitlements = draft.entitlements.map((e) => kept[e]!)
    const explanation = explainer.explain(draft.members)
    const role: MinedRole = {
      identities: draft.members.map((person) => persons[person]!),
      entitlements,
      grantedCount: held,
      grantCount: grants,
      tightness: Math.floor((100 * least) / entitlements.length),
      ...figuresOf(draft, held),
      ...(explanation === undefined ? {} : { explanation }),
      ...(leftOut.length > 0 && { leftOut }),
    }
    finished.push(role)
    hooks.onRole(role, finished.length - 1, counted.length)
  }
  let explainedGrants = 0
  for (let at = 0; at < isExplained.length; at++) explainedGrants += isExplained[at]!
  return { finished, explainedGrants }
}

function compareLists(a: Uint32Array, b: Uint32Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

/** The number of members who hold one entitlement; also increases their levels. */
function countColumn(
  persons: Uint32Array,
  start: number,
  end: number,
  isMember: Uint8Array,
  level: Uint32Array,
): number {
  let count = 0
  for (let at = start; at < end; at++) {
    const person = persons[at]!
    if (isMember[person] === 0) continue
    level[person]!++
    count++
  }
  return count
}

function markColumn(
  persons: Uint32Array,
  start: number,
  end: number,
  isMember: Uint8Array,
  isMarked: Uint8Array,
): void {
  for (let at = start; at < end; at++) isMarked[at]! |= isMember[persons[at]!]!
}
