/** Types that begin alike, as a webhook subscribes to them together: `assay.suggestion.*`. */
export function familiesOf(types: readonly string[]): readonly string[] {
  return [...new Set(types.map((type) => `${type.slice(0, type.lastIndexOf('.'))}.*`))].toSorted()
}
