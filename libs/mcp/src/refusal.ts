import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { Code, ConnectError } from '@connectrpc/connect'

/** Why a tool did nothing, as its answer says it. */
export interface Refusal {
  /** gRPC's canonical code, such as `not_found`. */
  readonly code: string
  /** For programs, such as `ETAG_MISMATCH`; absent where there is none. */
  readonly reason?: string
  /** What was wrong and what to do. `{0}` stands for the first of `values`. */
  readonly message: string
  /** What the message speaks of: names and values, which may be data that somebody loaded. */
  readonly values?: readonly string[]
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
    ...withoutData(error.rawMessage),
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
  }
}

/** From the first quote to the last one, or to where a message was cut: a name with quotes in it ends no sooner. */
const quoted = /".*(?:"|\.\.\.$)/s
/** Lists at the end of a message. */
const listing = /^(.*?; (?:known|there) are )(.+)$/s

/** The message of a call as a sentence in which no data stand, and the data beside it. */
export function withoutData(message: string): Pick<Refusal, 'message' | 'values'> {
  const values: string[] = []
  const put = (value: string) => `{${values.push(value) - 1}}`
  const [, sentence = message, list] = listing.exec(message) ?? []
  const told = sentence.replace(quoted, put) + (list === undefined ? '' : put(list))
  return { message: told, ...(values.length > 0 && { values }) }
}

function isFault(code: Code): boolean {
  return code === Code.Internal || code === Code.Unknown || code === Code.DataLoss || code === Code.Unimplemented
}

/** `not_found` */
function codeName(code: Code): string {
  return Code[code].replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase()
}
