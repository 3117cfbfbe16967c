import type { Principal } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import type { Interceptor } from '@connectrpc/connect'
import { principalKey } from './authentication.ts'

/**
 * Runs every call inside `around`, with who makes it. For calls that are open to everybody, reading the caller throws.
 * What a handler does while its answer is streamed runs outside: a stream's handler goes on when its reader asks for more.
 */
export function aroundCalls(around: <T>(caller: Principal, method: DescMethod, call: () => T) => T): Interceptor {
  return (next) => (request) => around(request.contextValues.get(principalKey), request.method, () => next(request))
}
