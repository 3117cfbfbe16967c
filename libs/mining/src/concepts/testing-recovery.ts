/** A role as a judge sees it. */
interface JudgedRole {
  readonly identities: ReadonlySet<number>
  readonly entitlements: ReadonlySet<number>
}

interface Recovery {
  readonly planted: number
  readonly found: number
  readonly mined: number
  readonly spurious: number
  /** Mined roles through which a planted one was found, over mined; found over planted; their harmonic mean. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

const leastSimilarity = 0.9

/**
 * How many planted roles came back. Found: one mined role has a Jaccard similarity of at least 0.9 with it on identities
 * and, the same one, on entitlements. Asked for are planted roles of at least `minIdentities`; a mined role is spurious
 * when it is like no planted role of any size.
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
