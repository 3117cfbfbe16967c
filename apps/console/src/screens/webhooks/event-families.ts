/** Groups of types with the same beginning, to which a webhook can subscribe: `assay.suggestion.*`. */
export function familiesOf(types: readonly string[]): readonly string[] {
  return [...new Set(types.map((type) => `${type.slice(0, type.lastIndexOf('.'))}.*`))].toSorted()
}
