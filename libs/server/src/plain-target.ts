import type { NodeHandler } from './one-port.ts'

/**
 * Normalises the target of every request before any other code reads it, so that probes, routes and all decisions by path (access, limits,
 * required headers) see the same:
 *
 * - the absolute form of a proxy's request, `GET http://host/path`, becomes `/path` (RFC 9112, section 3.2.2);
 * - several slashes at the beginning become one: clients whose base URL ends with a slash send `//auth/v1/token`;
 * - escapes of characters that need none are decoded: `/%62eta` becomes `/beta` (RFC 3986, section 6.2.2.2).
 *
 * All other slashes stay: an empty segment later on may be an identifier that a client forgot, and removing it would make another call of
 * the request.
 */
export function withPlainTarget(next: NodeHandler): NodeHandler {
  return (request, response) => {
    const { url = '/' } = request
    const target = plainTarget(url)
    if (target !== url) request.url = target
    next(request, response)
  }
}

/** @param target of a request, as sent */
export function plainTarget(target: string): string {
  const isPlain = target.charCodeAt(0) === slash && target.charCodeAt(1) !== slash && !target.includes('%')
  if (isPlain) return target
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '')
  const isAbsolute = relative.length < target.length
  const rooted = isAbsolute && !relative.startsWith('/') ? `/${relative}` : relative.replace(/^\/\/+/, '/')
  const mark = rooted.indexOf('?')
  if (mark === -1) return unescaped(rooted)
  return unescaped(rooted.slice(0, mark)) + rooted.slice(mark)
}

const slash = 0x2f

/** Escapes of letters, digits and `-._~`, which mean the same as the characters themselves. */
const needlessEscape = /%(?:2[DE]|3\d|[46][1-9A-F]|[57][0-9A]|5F|7E)/gi

function unescaped(path: string): string {
  return path.replaceAll(needlessEscape, decodeURIComponent)
}
