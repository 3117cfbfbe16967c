import { ConnectError } from '@connectrpc/connect'
import { BadRequestSchema } from './generated/google/rpc/error_details_pb.js'
import { statusDocument } from './status-document.ts'

/**
 * The limit of an error as google.rpc.Status in JSON. The error forms of mounts add up to 60 bytes around each violation, and
 * every body must stay below 8 KiB, which clients and proxies accept for an error.
 */
const mostBytes = 6 * 1024
const mostMessageBytes = 1024
const mostTextBytes = 400

/** Errors whose size was measured: an overloaded server refuses many calls with the same error. */
const knownSmall = new WeakSet<ConnectError>()

/**
 * The error itself if its body is small enough. Otherwise a copy with a shorter message, shorter and fewer violations, and only
 * the details that fit. Sizes are bytes of JSON, where a control character takes six.
 */
export function boundedError(error: ConnectError): ConnectError {
  const isSmall = error.details.length === 0 && error.rawMessage.length < mostMessageBytes
  if (isSmall || knownSmall.has(error)) return error
  if (sizeOf(error) <= mostBytes) {
    knownSmall.add(error)
    return error
  }
  const violations = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations)
  for (const count of [20, 10, 5, 2, 1]) {
    const bounded = withoutDetails(error)
    if (violations.length > 0) bounded.details.push({ desc: BadRequestSchema, value: first(violations, count) })
    if (sizeOf(bounded) > mostBytes) continue
    for (const detail of error.details) {
      if (('desc' in detail ? detail.desc.typeName : detail.type) === BadRequestSchema.typeName) continue
      bounded.details.push(detail)
      if (sizeOf(bounded) > mostBytes) bounded.details.pop()
    }
    return bounded
  }
  return withoutDetails(error)
}

function withoutDetails({ rawMessage, code, metadata, cause }: ConnectError): ConnectError {
  return new ConnectError(cut(rawMessage, mostMessageBytes), code, metadata, undefined, cause)
}

interface Violation {
  readonly field: string
  readonly description: string
}

function first(violations: readonly Violation[], count: number): { fieldViolations: Violation[] } {
  const shown = violations.slice(0, count).map(({ field, description }) => ({
    field: cut(field, mostTextBytes),
    description: cut(description, mostTextBytes),
  }))
  const more = violations.length - shown.length
  return { fieldViolations: more > 0 ? [...shown, { field: '', description: `and ${more} more` }] : shown }
}

/** The beginning of a text, at most this number of bytes in JSON; it ends in `...` if the text is longer. */
function cut(text: string, bytes: number): string {
  const whole = text.toWellFormed()
  if (jsonBytes(whole) <= bytes) return whole
  const characters = [...whole]
  let [shown, used] = ['', 0]
  for (const character of characters) {
    used += jsonBytes(character) - 2
    if (used > bytes - 5) break
    shown += character
  }
  return `${shown}...`
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function sizeOf(error: ConnectError): number {
  // Details of types that no registry has are left out of the body, or are written by the mount.
  const unknown = error.details.reduce((sum, detail) => ('desc' in detail ? sum : sum + detail.value.length), 0)
  let dropped = false
  const bytes = jsonBytes(statusDocument(error, undefined, () => (dropped = true)))
  return dropped ? bytes + unknown : bytes
}
