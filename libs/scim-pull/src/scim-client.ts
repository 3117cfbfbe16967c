import { type Answer, type PatientClient, quoted, type Secret } from '@assay/outbound'
import { endpointOf } from './scim-address.ts'
import { ScimFault } from './scim-fault.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** An error status of the server, such as 404 for an endpoint that it does not have. */
export class ScimRefusal extends ScimFault {
  readonly status: number
  /** The `scimType` of an error: `invalidCursor`, `tooMany`. */
  readonly scimType: string

  constructor(message: string, status: number, scimType: string) {
    super(message)
    this.status = status
    this.scimType = scimType
  }
}

/** The most values of one answer. A group of 500,000 members has 2 million; an answer that consists of brackets has one for each byte. */
const mostValues = 8_000_000

/** Reads documents of one server. */
export class ScimClient {
  readonly base: URL
  /** The time of the server's first answer, by its own clock. */
  firstAnswerAt: Date | undefined
  readonly #client: PatientClient
  readonly #secret: Secret | undefined
  readonly #signal: AbortSignal | undefined

  constructor(
    base: URL,
    client: PatientClient,
    options: { secret?: Secret | undefined; signal?: AbortSignal | undefined },
  ) {
    this.base = base
    this.#client = client
    this.#secret = options.secret
    this.#signal = options.signal
  }

  /** @throws ScimFault, ScimRefusal; OutboundFault for faults of the connection */
  async get(path: string, query: Readonly<Record<string, string>> = {}): Promise<JsonObject> {
    const url = endpointOf(this.base, path, query)
    const answer = await this.#client.get(url, {
      accept: 'application/scim+json, application/json',
      secret: this.#secret,
      signal: this.#signal,
    })
    this.firstAnswerAt ??= dateOf(answer.headers.date)
    const place = `${url.host}${url.pathname}`
    if (answer.status !== 200) throw this.#refusalOf(answer, place)
    const type = mediaTypeOf(answer)
    if (!isJson(type)) {
      throw new ScimFault(
        `${place} answers with ${type === '' ? 'no content type' : quoted(type)} and not with JSON: is it the address of a SCIM server?`,
      )
    }
    return documentOf(answer.body, place)
  }

  #refusalOf(answer: Answer, place: string): ScimRefusal {
    const { detail, scimType } = errorOf(answer)
    // A server may repeat the request's secret, and messages are stored and shown.
    const said = detail === '' || this.#secret?.isIn(detail) ? '' : `: ${quoted(detail)}`
    const { status } = answer
    const what =
      status !== 401 && status !== 403
        ? `${place} answers ${status}`
        : this.#secret === undefined
          ? `${place} asks for a secret, and none is named (${status})`
          : `${place} refuses the secret "${this.#secret.name}" with ${status}`
    return new ScimRefusal(what + said, status, scimType)
  }
}

function mediaTypeOf({ headers }: Answer): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

function isJson(type: string): boolean {
  return type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type)
}

function errorOf(answer: Answer): { readonly detail: string; readonly scimType: string } {
  if (!isJson(mediaTypeOf(answer)) || answer.body.length > 64 * 1024) return { detail: '', scimType: '' }
  try {
    const { detail, scimType } = documentOf(answer.body, '')
    return { detail: typeof detail === 'string' ? detail : '', scimType: typeof scimType === 'string' ? scimType : '' }
  } catch {
    // The status is enough; an error page may have any form.
    return { detail: '', scimType: '' }
  }
}

function documentOf(body: Buffer, place: string): JsonObject {
  if (mostValuesIn(body) > mostValues) {
    throw new ScimFault(`${place} answers with more than ${mostValues} values; ask for fewer resources a page`)
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'the bytes are no UTF-8'
    throw new ScimFault(`${place} answers with JSON that cannot be read: ${quoted(why)}`)
  }
  if (!isObject(value)) throw new ScimFault(`${place} answers with JSON that is not an object`)
  return value
}

/**
 * An upper bound of the number of values, since it also counts characters in texts. It refuses a document that would fill the memory,
 * before it is parsed.
 */
function mostValuesIn(body: Buffer): number {
  let count = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count++
  }
  return count
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function dateOf(header: string | undefined): Date | undefined {
  const date = new Date(header ?? '')
  return Number.isNaN(date.getTime()) ? undefined : date
}
