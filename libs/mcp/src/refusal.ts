import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { Code, ConnectError } from '@connectrpc/connect'

/** Why a tool did nothing, as its answer says it. */
export interface Refusal {
  /** gRPC's canonical code, such as `not_found`. */
  readonly code: string
  /** For programs, such as `ETAG_MISMATCH`; absent where there is none. */
  readonly reason?: string
  /** What was wrong and what to do. */
  readonly message: string
  /** When the same call may be tried again. */
  readonly retryAfterSeconds?: number
}

/** A refusal of a tool itself. */
export class ToolRefusal extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** @param name of the argument, as the tool calls it */
export function invalidArgument(name: string, description: string): ToolRefusal {
  return new ToolRefusal({ code: 'invalid_argument', message: `${name}: ${description}` })
}

/** What the caller is told of an error; undefined for a fault of ours, of which nobody is told more than that. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ToolRefusal) return error.refusal
  if (!(error instanceof ConnectError) || isFault(error.code)) return undefined
  const [info] = error.findDetails(ErrorInfoSchema)
  const retryAfter = Number(error.metadata.get('retry-after'))
  return {
    code: codeName(error.code),
    ...(info !== undefined && { reason: info.reason }),
    message: error.rawMessage,
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
  }
}

function isFault(code: Code): boolean {
  return code === Code.Internal || code === Code.Unknown || code === Code.DataLoss || code === Code.Unimplemented
}

/** `not_found` */
function codeName(code: Code): string {
  return Code[code].replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
}
