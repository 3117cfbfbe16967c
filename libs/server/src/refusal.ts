import type { ConnectError } from '@connectrpc/connect'
import { codeName } from './code-name.ts'
import { toConnectError } from './errors.ts'
import { requestInProgress } from './request-scope.ts'

/** Why a call was refused before its handler ran, for the caller; the request's log line gets the code. */
export function refusal(error: unknown): ConnectError {
  const wire = toConnectError(error)
  noteRefused(wire)
  return wire
}

/** For an error that is made for the wire already. */
export function noteRefused(wire: ConnectError): void {
  const scope = requestInProgress()
  if (scope !== undefined) scope.code = codeName(wire.code)
}
