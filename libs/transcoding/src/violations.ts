import { Code, ConnectError } from '@connectrpc/connect'
import { BadRequestSchema } from './generated/google/rpc/error_details_pb.js'

/** One fault of a request. `field` is the parameter as the client wrote it, empty for the body itself. */
export interface Violation {
  readonly field: string
  readonly description: string
}

/** The most faults of a request that are reported; the first ones are. */
const mostReported = 20

/**
 * INVALID_ARGUMENT with a google.rpc.BadRequest. Descriptions must be our own text: a parser's text would mention our
 * internals.
 */
export function invalidRequest(violations: readonly Violation[]): ConnectError {
  const [first = { field: '', description: 'is not what is expected' }] = violations
  const others = violations.length - 1
  const more = others === 0 ? '' : ` (and ${others} more)`
  const fieldViolations = violations.slice(0, mostReported).map(({ field, description }) => ({
    field: clip(field || 'body'),
    description,
  }))
  return new ConnectError(
    `${clip(first.field || 'body')}: ${first.description}${more}`,
    Code.InvalidArgument,
    undefined,
    [{ desc: BadRequestSchema, value: { fieldViolations } }],
  )
}

/** The first 20 names of a list, and how many are left out. */
export function listed(names: readonly string[]): string {
  const more = names.length - mostReported
  return more > 0 ? `${names.slice(0, mostReported).join(', ')} and ${more} more` : names.join(', ')
}

/** Clients may send names of any length; a response repeats only the beginning. */
function clip(text: string): string {
  const whole = text.toWellFormed()
  return whole.length <= 200 ? whole : `${whole.slice(0, 200).toWellFormed()}...`
}
