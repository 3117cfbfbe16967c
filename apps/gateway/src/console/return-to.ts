const longest = 2_000

/**
 * Where somebody goes after the sign-in: a path of our own with query and fragment. Whatever else is given is `/`: a link of a stranger
 * must not lead from our page to another site.
 */
export function returnPath(given: string | null | undefined): string {
  if (typeof given !== 'string' || given.length > longest) return '/'
  // Browsers take a backslash for a slash, drop tabs and line breaks, and take two slashes for another host.
  if (!/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(given)) return '/'
  const here = 'https://here.invalid'
  const url = URL.canParse(given, here) ? new URL(given, here) : undefined
  if (url === undefined || url.origin !== here || url.pathname.startsWith('//')) return '/'
  // Paths of calls are no pages; a sign-in that leads to a sign-in has no end.
  const path = `${url.pathname}${url.search}${url.hash}`
  // A letter may be nine characters by now, and a cookie holds the path.
  return url.pathname.startsWith('/console/') || path.length > longest ? '/' : path
}
