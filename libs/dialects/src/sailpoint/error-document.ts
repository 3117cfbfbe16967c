import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Logger } from '@assay/server'
import type { ErrorRenderer, RenderableFailure, RenderedError } from '@assay/transcoding'
import type { JsonObject } from '@bufbuild/protobuf'
import { isWhollyServed } from './versions.ts'

/** `detailCode` and the general text of each status (contract section 4.4). */
const general: Readonly<Record<number, readonly [detailCode: string, text: string]>> = {
  400: ['400.1 Bad Request Content', 'The request was syntactically correct but its content is semantically invalid.'],
  403: ['403 Forbidden', 'The server understood the request but refuses to authorize it.'],
  404: ['404 Not found', 'The server did not find a current representation for the target resource.'],
  500: ['500.0 Internal Fault', 'An internal fault occurred.'],
}

/** With the blanks of SailPoint's own description. */
const rateLimitMessage = ' Rate Limit Exceeded '

/**
 * Errors in SailPoint's forms: ErrorResponseDto, and special forms for 401 and 429. The log also has the tracking id of an
 * error.
 */
export function sailpointErrors(logger: Logger): ErrorRenderer {
  return (failure) => {
    const { httpStatus, error } = failure
    if (httpStatus === 401) return { document: { error: error.rawMessage } }
    if (httpStatus === 429) return tooMany(failure)
    const trackingId = randomUUID().replaceAll('-', '')
    const { method, url } = failure
    // A call that SailPoint has and we do not serve is not found, even if we serve other methods of its path.
    const status = httpStatus === 405 && !isWhollyServed(url) ? 404 : httpStatus
    logger.info({ trackingId, status, method, url, reason: error.rawMessage }, 'a call was refused')
    return { document: errorResponse(status, trackingId, causesOf(failure)), httpStatus: status }
  }
}

function tooMany({ error }: RenderableFailure): RenderedError {
  const isRateLimit = error.metadata.has('retry-after')
  return {
    document: { message: isRateLimit ? rateLimitMessage : error.rawMessage },
    headers: { 'retry-after': error.metadata.get('retry-after') ?? '1' },
  }
}

function errorResponse(status: number, trackingId: string, causes: readonly string[]): JsonObject {
  const words = STATUS_CODES[status] ?? 'Error'
  const [detailCode, text] = general[status] ?? [`${status} ${words}`, `${words}.`]
  return { detailCode, trackingId, messages: [message(text)], causes: causes.map(message) }
}

function message(text: string): JsonObject {
  return { locale: 'en-US', localeOrigin: 'DEFAULT', text }
}

/** The particular faults: one for each invalid field, otherwise the message. */
function causesOf({ error, status }: RenderableFailure): string[] {
  const violations = (status() as { details: { fieldViolations?: { field: string; description: string }[] }[] }).details
    .flatMap(({ fieldViolations }) => fieldViolations ?? [])
    .map(({ field, description }) => `${field}: ${description}`)
  return violations.length > 0 ? violations : [error.rawMessage]
}

const messagesSchema: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      locale: { type: 'string', examples: ['en-US'] },
      localeOrigin: { type: 'string', enum: ['DEFAULT', 'REQUEST'] },
      text: { type: 'string' },
    },
  },
}

/** The error document in the API's description. */
export const errorDescription = {
  name: 'ErrorResponseDto',
  description: 'The call failed. 401 answers `{"error": ...}` and 429 `{"message": ...}` with `Retry-After` instead.',
  schema: {
    type: 'object',
    properties: {
      detailCode: { type: 'string', description: 'A more exact status.', examples: ['400.1 Bad Request Content'] },
      trackingId: { type: 'string', description: 'Finds the failure in the log.' },
      messages: { ...messagesSchema, description: 'What kind of failure it is.' },
      causes: { ...messagesSchema, description: 'The particular faults, one for each invalid field.' },
    },
  },
}
