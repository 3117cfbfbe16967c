const longest = 2_000

/**
 * The page after the sign-in: a path of the console with query and fragment. Every other value becomes `/`, since a link by an attacker
 * must not lead to another site.
 */
export function returnPath(given: string | null | undefined): string {
  if (typeof given !== 'string' || given.length > longest) return '/'
  // Browsers read a backslash as a slash, drop tabs and line breaks, and read two slashes as the beginning of a host.
  if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(given)) return '/'
  const here = 'https://here.invalid'
  const url = URL.canParse(given, here) ? new URL(given, here) : undefined
  if (url === undefined || url.origin !== here || url.pathname.startsWith('//')) return '/'
  // Paths of calls are not pages, and a sign-in that returns to a sign-in would not end.
  const path = `${url.pathname}${url.search}${url.hash}`
  // Escaping may turn a letter into nine characters, and the path must fit into a cookie.
  return url.pathname.startsWith('/console/') || path.length > longest ? '/' : path
}
