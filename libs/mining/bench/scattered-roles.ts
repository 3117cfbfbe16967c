import type { SnapshotParts } from '../src/index.ts'
import { seeded } from '../src/testing-snapshots.ts'

export interface ScatteredRoles {
  readonly parts: SnapshotParts
  /** Ascending ordinals of each planted role. */
  readonly roles: readonly { readonly identities: Uint32Array; readonly entitlements: Uint32Array }[]
}

interface ScatteredOptions {
  readonly seed?: number
  /** Share of the planted grants that is left out, and share of others that is put in. */
  readonly missing?: number
  readonly extra?: number
}

/**
 * Roles of very different size that no attribute tells: every identity is in several at random, a fifth of the roles lie
 * inside another one, and the entitlements of a role lie scattered over all ordinals. Of the planted grants 5 % are
 * missing and 2 % are added, unless told otherwise. 100,000 identities hold about 10 million grants of 50,000 entitlements; 1 million hold 100
 * million of 200,000.
 */
export function scatteredRoles(identityCount: number, options: ScatteredOptions = {}): ScatteredRoles {
  const { seed = 1, missing = 0.05, extra = 0.02 } = options
  const random = seeded(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const entitlementCount = identityCount >= 1_000_000 ? identityCount / 5 : identityCount / 2
  const perRole = 20
  const roleCount = Math.floor(entitlementCount / perRole)
  // About 5.5 memberships an identity of 20 entitlements each; shares fall as 1 / rank^0.7 between the roles.
  const weight = Float64Array.from({ length: roleCount }, (_, r) => (r + 10) ** -0.7)
  const scale = (5.7 * identityCount) / weight.reduce((sum, w) => sum + w, 0)
  const size = Uint32Array.from(weight, (w) => Math.max(20, Math.min(identityCount / 3, Math.round(w * scale))))
  const outer = Int32Array.from({ length: roleCount }, (_, r) => (r % 5 === 4 && size[r - 3]! > 60 ? r - 3 : -1))
  const members: Uint32Array[] = []
  for (let r = 0; r < roleCount; r++) {
    const from = outer[r]! >= 0 ? members[outer[r]!] : undefined
    const wanted = from === undefined ? size[r]! : Math.max(20, Math.round(from.length * (0.3 + 0.4 * random())))
    const chosen = new Set<number>()
    while (chosen.size < wanted) chosen.add(from === undefined ? pick(identityCount) : from[pick(from.length)]!)
    members.push(Uint32Array.from(chosen).sort())
  }
  // Multiplying by a number that shares no divisor with the count permutes the ordinals.
  const step = coprime(Math.floor(entitlementCount * 0.618), entitlementCount)
  const scattered = (index: number) => Number((BigInt(index) * BigInt(step)) % BigInt(entitlementCount))
  const entitlements = members.map((_, r) =>
    Uint32Array.from({ length: perRole }, (_unused, i) => scattered(r * perRole + i)).sort(),
  )
  const rolesOf = listed(identityCount, members)
  const rowOffset = new Uint32Array(identityCount + 1)
  let rows = new Uint32Array(Math.ceil(rolesOf.role.length * perRole * 0.985))
  let end = 0
  const mark = new Int32Array(entitlementCount).fill(-1)
  for (let i = 0; i < identityCount; i++) {
    const start = end
    const give = (entitlement: number) => {
      if (mark[entitlement] === i) return
      mark[entitlement] = i
      if (end === rows.length) {
        const larger = new Uint32Array(Math.ceil(rows.length * 1.1))
        larger.set(rows)
        rows = larger
      }
      rows[end++] = entitlement
    }
    let planned = 0
    for (let at = rolesOf.offset[i]!; at < rolesOf.offset[i + 1]!; at++) {
      for (const entitlement of entitlements[rolesOf.role[at]!]!) {
        planned++
        if (random() >= missing) give(entitlement)
      }
    }
    for (let extras = planned * extra; extras > 0; extras--) if (random() < extras) give(pick(entitlementCount))
    rows.subarray(start, end).sort()
    rowOffset[i + 1] = end
  }
  const parts: SnapshotParts = {
    identityKey: Int32Array.from({ length: identityCount }, (_, i) => i),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e),
    applicationKey: Int32Array.from({ length: 100 }, (_, a) => a),
    entitlementApplication: Int32Array.from({ length: entitlementCount }, (_, e) => e % 100),
    rowOffset,
    rowEntitlement: rows.subarray(0, end),
    identityStatus: new Uint8Array(identityCount),
    identityType: new Uint8Array(identityCount),
    attributes: [],
  }
  return { parts, roles: members.map((identities, r) => ({ identities, entitlements: entitlements[r]! })) }
}

function listed(identityCount: number, members: readonly Uint32Array[]) {
  const offset = new Uint32Array(identityCount + 1)
  for (const list of members) for (const i of list) offset[i + 1]!++
  for (let i = 0; i < identityCount; i++) offset[i + 1]! += offset[i]!
  const next = offset.slice()
  const role = new Uint32Array(offset[identityCount]!)
  for (const [r, list] of members.entries()) for (const i of list) role[next[i]!++] = r
  return { offset, role }
}

function coprime(from: number, count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let step = from
  while (divisor(step, count) !== 1) step++
  return step
}
