/** The members and entitlements of a role that is judged. */
interface JudgedRole {
  readonly identities: ReadonlySet<number>
  readonly entitlements: ReadonlySet<number>
}

interface Recovery {
  readonly planted: number
  readonly found: number
  readonly mined: number
  readonly spurious: number
  /**
   * The share of the mined roles that match a planted one, the share of the planted roles that were found, and the harmonic mean of both.
   */
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

const leastSimilarity = 0.9

/**
 * The share of planted roles that were mined. A planted role is found when one mined role has a Jaccard similarity of at least 0.9 with
 * it both on identities and on entitlements. Only planted roles of at least `minIdentities` must be found. A mined role that is similar
 * to no planted role of any size is spurious.
 */
export function recoveryOf(
  planted: readonly JudgedRole[],
  mined: readonly JudgedRole[],
  minIdentities: number,
): Recovery {
  const giving = new Map<number, number[]>()
  for (const [m, { entitlements }] of mined.entries()) {
    for (const e of entitlements) giving.set(e, [...(giving.get(e) ?? []), m])
  }
  const used = new Set<number>()
  let asked = 0
  let found = 0
  for (const role of planted) {
    const near = new Set([...role.entitlements].flatMap((e) => giving.get(e) ?? []))
    let isFound = false
    for (const m of near) {
      if (jaccard(role.entitlements, mined[m]!.entitlements) < leastSimilarity) continue
      if (jaccard(role.identities, mined[m]!.identities) < leastSimilarity) continue
      isFound = true
      used.add(m)
    }
    if (role.identities.size < minIdentities) continue
    asked++
    if (isFound) found++
  }
  const precision = mined.length === 0 ? 1 : used.size / mined.length
  const recall = asked === 0 ? 1 : found / asked
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { planted: asked, found, mined: mined.length, spurious: mined.length - used.size, precision, recall, f1 }
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0
  for (const value of a) if (b.has(value)) both++
  return both / (a.size + b.size - both)
}
