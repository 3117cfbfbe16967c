import type { NodeHandler } from './one-port.ts'

export interface PublicAnswers {
  /** `max-age` of Strict-Transport-Security over TLS; 0: no such header. */
  readonly hstsSeconds: number
}

/**
 * For a port that browsers and caches may reach. Answers are about access: none is stored, and none is taken for another type than
 * it says. Who answers with something that may be kept replaces these headers.
 */
export function withAnswerHeaders({ hstsSeconds }: PublicAnswers, next: NodeHandler): NodeHandler {
  return (request, response) => {
    response.setHeader('cache-control', 'no-store')
    // Who is signed in to the console has a cookie; a page of another site gets no answer into its own.
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
