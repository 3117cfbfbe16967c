import type { ConnectError } from '@connectrpc/connect'
import { codeName } from './code-name.ts'
import { toConnectError } from './errors.ts'
import { requestInProgress } from './request-scope.ts'

/** The error of a call that was refused before its handler ran; its code is recorded for the request's log line. */
export function refusal(error: unknown): ConnectError {
  const wire = toConnectError(error)
  noteRefused(wire)
  return wire
}

/** Records the code of a refusal that is already a ConnectError. */
export function noteRefused(wire: ConnectError): void {
  const scope = requestInProgress()
  if (scope !== undefined) scope.code = codeName(wire.code)
}
