import type { NodeRequest } from './node-messages.ts'
import type { NodeHandler } from './one-port.ts'
import { replyText } from './reply.ts'

/**
 * Refuses HTTP/1.1 requests with several Host headers, or with an invalid one (RFC 9112, section 3.2): a proxy in front may have used the
 * other one for its decision. The host of an absolute target, `GET http://host/path`, takes precedence over the header (section 3.2.2).
 */
export function withOneHost(next: NodeHandler): NodeHandler {
  /** Most requests of a port name the same host. */
  let lastValid: string | undefined
  return (request, response) => {
    if (request.httpVersionMajor > 1) return next(request, response)
    if (countHosts(request) > 1) return replyText(response, 400, 'There are several Host headers; send one')
    const { headers, url = '' } = request
    const authority = url.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]
    if (authority !== undefined) headers.host = authority
    const { host } = headers
    if (host !== undefined && host !== lastValid) {
      if (!hostSyntax.test(host)) return replyText(response, 400, 'The Host header is not a host name')
      lastValid = host
    }
    next(request, response)
  }
}

/** A registered name, an address or an IP literal, and a port (RFC 3986, section 3.2.2); it may be empty. */
const hostSyntax = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i

/** Counted in the raw headers, since Node keeps only the first of several. */
function countHosts({ rawHeaders }: NodeRequest): number {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count
}
