import type { CompiledPolicies } from './compile-policies.ts'

/** By entitlement which policies of separation look at it, so that one pass over rows serves all policies. */
interface SeparatedEntitlements {
  /** Per entitlement 1 when some policy does. */
  readonly isSeparated: Uint8Array
  /** Places in `CompiledPolicies.separation`, and the sides on which the entitlement stands there. */
  readonly rules: readonly (readonly (readonly [place: number, sides: number])[] | undefined)[]
}

/** As long as these policies are in force over their snapshot. */
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

/** Per policy of separation the sides of which the entitlements of a row hold something, written to `held`. */
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
