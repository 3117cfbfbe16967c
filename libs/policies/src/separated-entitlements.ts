import type { CompiledPolicies } from './compile-policies.ts'

/** For each entitlement, the policies of separation that check it, so that one pass over rows serves all policies. */
interface SeparatedEntitlements {
  /** For each entitlement 1 when at least one policy checks it. */
  readonly isSeparated: Uint8Array
  /** Indexes in `CompiledPolicies.separation`, and the sides of the entitlement in each. */
  readonly rules: readonly (readonly (readonly [place: number, sides: number])[] | undefined)[]
}

/** Cached while these policies are in force for their snapshot. */
const known = new WeakMap<CompiledPolicies, SeparatedEntitlements>()

export function separatedEntitlements(compiled: CompiledPolicies): SeparatedEntitlements {
  const before = known.get(compiled)
  if (before !== undefined) return before
  const { separation } = compiled
  const entitlementCount = separation[0]?.sides.length ?? 0
  const rules = Array.from({ length: entitlementCount }, (_, e) => {
    const of = separation.flatMap(({ sides }, place) => (sides[e] === 0 ? [] : [[place, sides[e]!] as const]))
    return of.length === 0 ? undefined : of
  })
  const made = { isSeparated: Uint8Array.from(rules, (of) => (of === undefined ? 0 : 1)), rules }
  known.set(compiled, made)
  return made
}

/** Writes to `held`, for each policy of separation, the sides of which the row has entitlements. */
export function sidesHeld(
  { isSeparated, rules }: SeparatedEntitlements,
  row: Uint32Array,
  start: number,
  end: number,
  held: Uint8Array,
): void {
  held.fill(0)
  for (let at = start; at < end; at++) {
    if (isSeparated[row[at]!] === 0) continue
    for (const [place, sides] of rules[row[at]!] ?? []) held[place]! |= sides
  }
}
