import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { Code, ConnectError } from '@connectrpc/connect'

/** The refusal of a tool, as in its answer. */
export interface Refusal {
  /** gRPC's canonical code, such as `not_found`. */
  readonly code: string
  /** A reason for programs, such as `ETAG_MISMATCH`; absent if there is none. */
  readonly reason?: string
  /** What was wrong and what to do. `{0}` means the first of `values`. */
  readonly message: string
  /** The names and values of the message, which may be loaded data. */
  readonly values?: readonly string[]
  /** The time after which the same call may be repeated. */
  readonly retryAfterSeconds?: number
}

/** A refusal by the tool. */
export class ToolRefusal extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}

/** @param name the name of the argument in the tool */
export function invalidArgument(name: string, description: string): ToolRefusal {
  return new ToolRefusal({ code: 'invalid_argument', message: `${name}: ${description}` })
}

/** The refusal that the caller gets for an error; undefined for an internal error, of which the caller gets no details. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ToolRefusal) return error.refusal
  if (!(error instanceof ConnectError) || isFault(error.code)) return undefined
  const [info] = error.findDetails(ErrorInfoSchema)
  const retryAfter = Number(error.metadata.get('retry-after'))
  return {
    code: codeName(error.code),
    ...(info !== undefined && { reason: info.reason }),
    ...callMessage(error.rawMessage),
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
  }
}

/** Arguments of tools by the fields of the calls behind them, where the names differ in more than their spelling. */
const argumentOfField: Readonly<Record<string, string>> = {
  page_token: 'cursor',
  profile_filters: 'conditions',
  'resource_scope.app_ids': 'applicationIds',
  left_out: 'leaveOut',
  'candidate.edits.removed_entitlements': 'leaveOut',
}

/** The message of a call for the caller of a tool: its field has the name of the argument, and data are separate. */
export function callMessage(message: string): Pick<Refusal, 'message' | 'values'> {
  const field = /^[a-z_.]+(?=[^ ]*: )/.exec(message)?.[0] ?? ''
  const argument = Object.hasOwn(argumentOfField, field) ? argumentOfField[field] : undefined
  if (argument === undefined) return withoutData(message)
  return withoutData(`${argument}${message.slice(field.length).replace('a page token', 'a cursor')}`)
}

/**
 * From the first quote to the last one, or to the end of a message that was cut. A name with quotes in it does not end earlier.
 */
const quoted = /".*(?:"|\.\.\.$)/s
/** Lists at the end of a message. */
const listing = /^(.*?; (?:known|there) are )(.+)$/s

/** The message of a call as a sentence without data, and the data separately. */
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
