import type { NodeHandler, NodeRequest, NodeResponse } from './one-port.ts'
import type { Readiness } from './readiness.ts'
import { reply } from './reply.ts'
import { pathOf } from './rpc-handler.ts'

/**
 * `GET /healthz`: the process is alive, whatever it depends on (restart it when this fails). `GET /readyz`: 200 when calls
 * will find their dependencies, else 503, with the state of each by name (send no traffic while this fails).
 */
export function withProbes(readiness: Readiness, next: NodeHandler): NodeHandler {
  return (request, response) => {
    const path = pathOf(request)
    if (path === '/healthz') return answer(request, response, 200, { status: 'ok' })
    if (path !== '/readyz') return next(request, response)
    readiness.report().then(({ state, dependencies }) => {
      answer(request, response, state === 'ready' ? 200 : 503, { status: state, dependencies })
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
