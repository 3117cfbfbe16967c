import type { NodeHandler } from './one-port.ts'

export interface PublicAnswers {
  /** `max-age` of Strict-Transport-Security over TLS; 0 sends no such header. */
  readonly hstsSeconds: number
}

/**
 * Sets headers on every answer of a port that browsers and caches reach. Answers are about access, so they must not be stored, and browsers
 * must not guess another type. A handler whose answer may be stored replaces these headers.
 */
export function withAnswerHeaders({ hstsSeconds }: PublicAnswers, next: NodeHandler): NodeHandler {
  return (request, response) => {
    response.setHeader('cache-control', 'no-store')
    // A person who is signed in to the console has a cookie, so a page of another site must not load an answer.
    response.setHeader('vary', 'Cookie')
    response.setHeader('cross-origin-resource-policy', 'same-origin')
    response.setHeader('x-content-type-options', 'nosniff')
    // Over plain HTTP the header has no meaning (RFC 6797, section 7.2).
    if (hstsSeconds > 0 && 'encrypted' in request.socket && request.socket.encrypted === true) {
      response.setHeader('strict-transport-security', `max-age=${hstsSeconds}`)
    }
    next(request, response)
  }
}
