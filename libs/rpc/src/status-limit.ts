import { BadRequestSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { StatusSchema } from '@assay/contracts/google/rpc/status_pb'
import { clipped, type FieldViolation, mostListed } from '@assay/errors'
import { create, toBinary, toJson } from '@bufbuild/protobuf'
import { anyPack } from '@bufbuild/protobuf/wkt'
import { ConnectError } from '@connectrpc/connect'

type Detail = ConnectError['details'][number]

/**
 * The most bytes of `grpc-message` and `grpc-status-details-bin` together. Clients accept 8 KiB of trailers (the default of
 * grpc-java and of many proxies), and other fields need room too. For more, a client gets RESOURCE_EXHAUSTED or INTERNAL.
 */
const mostStatusBytes = 6 * 1024
/**
 * The most bytes of the same error as the body of a Connect response, which contains each detail twice: in base64 and as
 * readable JSON.
 */
const mostBodyBytes = 7.5 * 1024
const mostMessageBytes = 1536

/**
 * The error itself if its status is small enough; otherwise a copy with a shorter message, fewer violations and fewer details.
 */
export function withinStatusLimit(error: ConnectError): ConnectError {
  if (error.rawMessage.isWellFormed() && fits(error.rawMessage, error.details)) return error
  const message = cut(error.rawMessage)
  const bounded = new ConnectError(message, error.code, error.metadata, undefined, error.cause)
  for (const detail of error.details) {
    const smaller = smallerDetails(detail).find((one) => fits(message, [...bounded.details, one]))
    if (smaller !== undefined) bounded.details.push(smaller)
  }
  return bounded
}

function fits(message: string, details: readonly Detail[]): boolean {
  return statusBytes(message, details) <= mostStatusBytes && bodyBytes(message, details) <= mostBodyBytes
}

function bodyBytes(message: string, details: readonly Detail[]): number {
  const shown = details.map((detail) => {
    if (!('desc' in detail)) return { type: detail.type, value: base64(detail.value) }
    const { desc, value } = detail
    const made = create(desc, value)
    return { type: desc.typeName, value: base64(toBinary(desc, made)), debug: toJson(desc, made) }
  })
  return Buffer.byteLength(JSON.stringify({ message, details: shown }))
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** The size of an error's status in the trailers of gRPC. */
function statusBytes(message: string, details: readonly Detail[]): number {
  const inMessage = encodeURIComponent(message).length
  if (details.length === 0) return inMessage
  const packed = details.map((detail) =>
    'desc' in detail
      ? anyPack(detail.desc, create(detail.desc, detail.value))
      : { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value },
  )
  const bytes = toBinary(StatusSchema, create(StatusSchema, { message, details: packed })).length
  return inMessage + Math.ceil(bytes / 3) * 4
}

/** Shortens a message by the size of its encoded characters, of up to twelve bytes each. */
function cut(message: string): string {
  let shorter = message.toWellFormed()
  for (;;) {
    // In JSON a control character takes six bytes, in a header three.
    const size = Math.max(encodeURIComponent(shorter).length, JSON.stringify(shorter).length)
    if (size <= mostMessageBytes) return shorter
    shorter = clipped(shorter, Math.max(1, Math.floor((shorter.length * mostMessageBytes) / size) - 4))
  }
}

/** The same detail, followed by smaller versions of it if it can be reduced. */
function smallerDetails(detail: Detail): Detail[] {
  if (!('desc' in detail) || detail.desc.typeName !== BadRequestSchema.typeName) return [detail]
  const { fieldViolations = [] } = detail.value as { fieldViolations?: readonly FieldViolation[] }
  return [mostListed, 10, 5, 2, 1].map((count) => ({ desc: BadRequestSchema, value: first(fieldViolations, count) }))
}

function first(violations: readonly FieldViolation[], count: number): { fieldViolations: FieldViolation[] } {
  const shown = violations
    .slice(0, count)
    .map(({ field, description }) => ({ field, description: clipped(description) }))
  const more = violations.length - shown.length
  return { fieldViolations: more > 0 ? [...shown, { field: '', description: `and ${more} more` }] : shown }
}
