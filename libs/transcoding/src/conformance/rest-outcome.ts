import { type DescField, type JsonObject, type JsonValue, ScalarType } from '@bufbuild/protobuf'
import type { RouteInfo } from '../transcoder.ts'
import { type Answer, textOf } from './test-server.ts'
import type { Outcome, OutcomeError } from './testing-replay.ts'

/** The outcome of a REST call: the response, decoded as its route writes it. */
export function restOutcome(answer: Answer, route: RouteInfo): Outcome {
  const isSilent = answer.body.length === 0 && (answer.status >= 400 || !isRaw(route))
  if (isSilent) return { messages: [], error: undefined }
  if (answer.status >= 400) return { messages: [], error: readStatus(JSON.parse(textOf(answer))) }
  if (isRaw(route)) {
    const contentType = String(answer.headers['content-type'])
    return { messages: [{ contentType, data: answer.body.toString('base64') }], error: undefined }
  }
  if (route.method.methodKind === 'server_streaming') return readLines(textOf(answer))
  return { messages: [JSON.parse(textOf(answer))], error: undefined }
}

/** The response of another protocol in the same form: the parts of the messages that the route shows, raw bytes in one piece. */
export function asRest(outcome: Outcome, route: RouteInfo): Outcome {
  const field = shownField(route)
  const shown = outcome.messages.map((message) =>
    field === undefined ? message : (message as JsonObject)[field.jsonName],
  )
  if (outcome.error !== undefined) return { ...outcome, messages: shown as JsonValue[] }
  if (!isRaw(route)) return { ...outcome, messages: shown.map((json) => json ?? unset(field)) }
  const bodies = shown as readonly ({ contentType?: string; data?: string } | undefined)[]
  const data = Buffer.concat(bodies.map((body) => Buffer.from(body?.data ?? '', 'base64'))).toString('base64')
  return { ...outcome, messages: [{ contentType: bodies[0]?.contentType || 'application/octet-stream', data }] }
}

/** The body for an unset field: REST sends its zero value, because a JSON body cannot be empty. */
function unset(field: DescField | undefined): JsonValue {
  if (field?.message !== undefined) return {}
  return field?.scalar === ScalarType.INT64 ? '0' : null
}

function shownField({ responseBody, method }: RouteInfo): DescField | undefined {
  return method.output.fields.find(({ name }) => name === responseBody)
}

function isRaw(route: RouteInfo): boolean {
  const field = shownField(route)
  return (field === undefined ? route.method.output : field.message)?.typeName === 'google.api.HttpBody'
}

function readLines(text: string): Outcome {
  const messages: JsonValue[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const json = JSON.parse(line)
    if (typeof json === 'object' && 'error' in json) return { messages, error: readStatus(json.error) }
    messages.push(json)
  }
  return { messages, error: undefined }
}

function readStatus({ code, message, details }: JsonObject): OutcomeError {
  const known = (details as JsonObject[]).map(({ '@type': _, ...detail }) => detail)
  return { code: Number(code), message: String(message), details: known }
}
