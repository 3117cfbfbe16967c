/**
 * Reads `https://idp.example.com/scim/v2`, also as `scim+https://...`: the address below which `/Users` is.
 * @throws Error with the fault of the address
 */
export function parseScimAddress(text: string): URL {
  const url = URL.parse(text.replace(/^scim\+(?=https?:)/i, ''))
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new Error(`"${text}" is not an address of a SCIM server; give one such as https://idp.example.com/scim/v2`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error('The address of a SCIM server holds no user and password; put them into a secret and name it')
  }
  if (url.search !== '' || url.hash !== '') {
    throw new Error(
      `"${text}" has ${url.search === '' ? 'a fragment' : 'a query'}; give the address under which /Users stands`,
    )
  }
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** An endpoint such as `/Users` below the server's address, with a query. */
export function endpointOf(base: URL, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/$/, '')}/${path.replace(/^\/+/, '')}`
  // Blanks as %20, since some servers do not decode a plus.
  url.search = Object.entries(query)
    .map(([name, value]) => (value === '' ? name : `${name}=${encodeURIComponent(value)}`))
    .join('&')
  return url
}
