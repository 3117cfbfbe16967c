/** How many entitlements a title names. */
export const namesInTitle = 2

/**
 * `CRM user, Mail and 3 more`: a role by what it gives.
 * @param names of its entitlements, at least those that the title names
 */
export function roleTitle(names: readonly string[], count: number): string {
  const named = names.slice(0, namesInTitle)
  const more = count - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
