/** The values of a filter in words, each in its first spelling: `"Sales"`, or `"L3" or "L4"` for several values. */
export function quotedValues(values: readonly string[]): string {
  const said = new Map<string, string>()
  for (const value of values) {
    const folded = value.trim().toLowerCase()
    if (!said.has(folded)) said.set(folded, `"${value}"`)
  }
  return said.size === 0 ? '""' : [...said.values()].join(' or ')
}
