import type { Principal } from '@assay/auth'
import type { DescMethod } from '@bufbuild/protobuf'
import type { Interceptor } from '@connectrpc/connect'
import { principalKey } from './authentication.ts'

/**
 * Runs every call inside `around`, with its caller. In calls that need no caller, reading it throws. Code that runs while an answer is
 * streamed is outside: a stream's handler continues when its reader asks for more.
 */
export function aroundCalls(around: <T>(caller: Principal, method: DescMethod, call: () => T) => T): Interceptor {
  return (next) => (request) => around(request.contextValues.get(principalKey), request.method, () => next(request))
}
