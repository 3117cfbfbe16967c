import { rowsFromGrants, type SnapshotParts } from '@assay/mining'
import { dictionaryOf, mulberry32, OrganisationDraft } from './organisation-draft.ts'

/**
 * Approvals like those of a large company. Each person has requested three or four of thousands of entitlements, and teams have two to six
 * people. A request follows the team, the title in the department, the job family or another entitlement, or it has no reason that an
 * attribute shows.
 */
export function sparseApprovals(identityCount: number, seed: number): SnapshotParts {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const entitlementCount = Math.round(identityCount * 0.75)
  const popular = draft.zipf(entitlementCount, 0.8)
  const shuffled = Array.from({ length: entitlementCount }, (_, e) => (e * 7919 + seed) % entitlementCount)
  const someEntitlement = () => shuffled[popular()]!
  const pool = (least: number, most: number) =>
    Array.from({ length: least + draft.pick(most - least + 1) }, someEntitlement)

  const departmentCount = Math.max(5, Math.round(identityCount / 25))
  const departmentDraw = draft.zipf(departmentCount, 0.8)
  const managers: { readonly name: string; readonly department: number; readonly pool: number[] }[] = []
  const person: { readonly manager: number; readonly title: number }[] = []
  const titleCount = Math.max(5, Math.round(identityCount / 30))
  const titleDraw = draft.zipf(titleCount, 0.7)
  while (person.length < identityCount) {
    const department = departmentDraw()
    const manager = managers.push({ name: `M${managers.length}`, department, pool: pool(2, 6) }) - 1
    const size = 1 + draft.pick(6)
    const usual = titleDraw()
    for (let i = 0; i < size; i++) person.push({ manager, title: random() < 0.6 ? usual : titleDraw() })
  }
  person.length = identityCount
  const titlePools = new Map<string, number[]>()
  const familyPools = Array.from({ length: Math.max(3, Math.round(titleCount / 8)) }, () => pool(4, 12))
  const goesWith = Array.from({ length: entitlementCount }, someEntitlement)

  const identity: number[] = []
  const entitlement: number[] = []
  for (const [i, { manager, title }] of person.entries()) {
    const { department, pool: teamPool } = managers[manager]!
    const key = `${department} ${title}`
    if (!titlePools.has(key)) titlePools.set(key, pool(3, 8))
    const held: number[] = []
    const asked = 1 + Math.floor(-Math.log(1 - random()) * 2.4)
    for (let n = 0; n < asked; n++) {
      const why = random()
      let e: number
      if (why < 0.42) e = teamPool[draft.pick(teamPool.length)]!
      else if (why < 0.62) e = titlePools.get(key)![draft.pick(titlePools.get(key)!.length)]!
      else if (why < 0.72)
        e = familyPools[title % familyPools.length]![draft.pick(familyPools[title % familyPools.length]!.length)]!
      else if (why < 0.84 && held.length > 0) e = goesWith[held[draft.pick(held.length)]!]!
      else e = someEntitlement()
      held.push(e)
      identity.push(i)
      entitlement.push(e)
    }
  }
  const columns: readonly (readonly [string, (i: number) => string])[] = [
    ['manager', (i) => managers[person[i]!.manager]!.name],
    ['department', (i) => `Department ${managers[person[i]!.manager]!.department}`],
    ['division', (i) => `Division ${managers[person[i]!.manager]!.department % 12}`],
    ['job_title', (i) => `Title ${person[i]!.title}`],
    ['job_family', (i) => `Family ${person[i]!.title % familyPools.length}`],
    ['job_description', (i) => `Description ${person[i]!.title}/${managers[person[i]!.manager]!.department % 40}`],
    ['site', () => `Site ${draft.pick(20)}`],
    ['grade', () => `Grade ${draft.pick(6)}`],
  ]
  const all = Array.from({ length: identityCount }, (_, i) => i)
  return partsOf(
    identityCount,
    entitlementCount,
    { identity, entitlement },
    columns.map(([key, value]) => dictionaryOf(key, all.map(value))),
  )
}

/** A snapshot of people; each entitlement is in one application. */
export function partsOf(
  identityCount: number,
  entitlementCount: number,
  grants: { readonly identity: readonly number[]; readonly entitlement: readonly number[] },
  attributes: SnapshotParts['attributes'],
): SnapshotParts {
  return {
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    identityStatus: new Uint8Array(identityCount),
    identityType: new Uint8Array(identityCount),
    ...rowsFromGrants(
      { identityCount, entitlementCount },
      { identity: Uint32Array.from(grants.identity), entitlement: Uint32Array.from(grants.entitlement) },
    ),
    attributes,
  }
}

/** The parts without one grant in five, and the removed grants by person. */
export function withHiddenGrants(
  parts: SnapshotParts,
  seed: number,
): { readonly known: SnapshotParts; readonly hidden: readonly ReadonlySet<number>[] } {
  const random = mulberry32(seed)
  const identity: number[] = []
  const entitlement: number[] = []
  const hidden = Array.from({ length: parts.identityKey.length }, () => new Set<number>())
  for (const [i, set] of hidden.entries()) {
    for (let at = parts.rowOffset[i]!; at < parts.rowOffset[i + 1]!; at++) {
      if (random() < 0.2) {
        set.add(parts.rowEntitlement[at]!)
        continue
      }
      identity.push(i)
      entitlement.push(parts.rowEntitlement[at]!)
    }
  }
  const known = partsOf(
    parts.identityKey.length,
    parts.entitlementKey.length,
    { identity, entitlement },
    parts.attributes,
  )
  return { known, hidden }
}
