/** The number of entitlements that a title names. */
export const namesInTitle = 2

/**
 * The title of a role from its entitlements: `CRM user, Mail and 3 more`.
 * @param names names of its entitlements, at least those for the title
 */
export function roleTitle(names: readonly string[], count: number): string {
  const named = names.slice(0, namesInTitle)
  const more = count - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
