import type { NodeRequest, NodeResponse } from './node-messages.ts'
import type { NodeHandler } from './one-port.ts'
import type { Readiness } from './readiness.ts'
import { reply } from './reply.ts'
import { pathOf } from './rpc-handler.ts'

/**
 * `GET /healthz`: the process is alive, whatever the state of its dependencies (restart it when this fails). `GET /readyz`: 200 when the
 * dependencies of at least one service answer, else 503, with the state of each dependency by name (send no traffic while this fails).
 * `status` is `degraded` when some services lack a dependency.
 */
export function withProbes(readiness: Readiness, next: NodeHandler): NodeHandler {
  return (request, response) => {
    const path = pathOf(request)
    if (path === '/healthz') return answer(request, response, 200, { status: 'ok' })
    if (path !== '/readyz') return next(request, response)
    readiness.report().then(({ state, dependencies, remarks }) => {
      const status = state === 'ready' || state === 'degraded' ? 200 : 503
      const body = { status: state, dependencies, ...(Object.keys(remarks).length > 0 && { remarks }) }
      answer(request, response, status, body)
    })
  }
}

function answer(request: NodeRequest, response: NodeResponse, status: number, body: object): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    reply(response, 405, { allow: 'GET, HEAD' })
    return
  }
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  reply(response, status, headers, request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`)
}
