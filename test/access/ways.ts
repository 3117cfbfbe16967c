import { http } from '@assay/contracts/google/api/annotations_pb'
import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import {
  create,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromJson,
  getOption,
  type JsonObject,
  type Message,
} from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'

/** The end of a call: the code of a refusal, and its reason if the form of the response has one. */
export interface Outcome {
  readonly code?: Code
  readonly reason?: string
  readonly text: string
}

/** Makes a call and waits for its success or failure. */
export type Way = (method: DescMethod, request: JsonObject, token: string | undefined) => Promise<Outcome>

/** All protocols of the public port. */
export function waysInto(baseUrl: string): Readonly<Record<string, Way>> {
  return {
    REST: rest(baseUrl),
    Connect: rpc(createConnectTransport({ baseUrl, httpVersion: '2' })),
    gRPC: rpc(createGrpcTransport({ baseUrl })),
    'gRPC-Web': rpc(createGrpcWebTransport({ baseUrl, httpVersion: '2' })),
  }
}

function rpc(transport: Transport): Way {
  return async (method, request, token) => {
    const header = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` })
    const input = create(method.input, fromJson(method.input, request))
    try {
      if (isUnary(method)) {
        await transport.unary(method, undefined, undefined, header, input)
      } else {
        const answer = await transport.stream(method as DescMethodStreaming, undefined, undefined, header, only(input))
        for await (const _ of answer.message) if (isWatch(method)) break
      }
      return { text: '' }
    } catch (error) {
      const failure = ConnectError.from(error)
      const [info] = failure.findDetails(ErrorInfoSchema)
      return { code: failure.code, text: failure.rawMessage, ...(info && { reason: info.reason }) }
    }
  }
}

const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === 'unary'

/** A watch ends only after minutes; a caller who gets its first message is permitted. */
const isWatch = ({ name, methodKind }: DescMethod) => methodKind === 'server_streaming' && name === 'WatchWork'

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader()
  const piece = await reader?.read()
  await reader?.cancel()
  return new TextDecoder().decode(piece?.value)
}

async function* only(message: Message) {
  yield message
}

const codes: Readonly<Record<number, Code>> = {
  400: Code.InvalidArgument,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
}

function rest(baseUrl: string): Way {
  return async (method, request, token) => {
    const { verb, path, body, contentType } = httpRequest(method, request)
    const answer = await fetch(baseUrl + path, {
      method: verb,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body }),
    })
    const text = answer.ok && isWatch(method) ? await beginningOf(answer) : await answer.text()
    if (answer.ok) return { text }
    const json = JSON.parse(text) as { code?: Code; details?: { reason?: string }[]; causes?: unknown[] }
    const isSailpoint = path.startsWith('/beta/')
    // SailPoint's errors have no code and no reason, only a status.
    const code = isSailpoint ? codes[answer.status] : json.code
    const isInForm = isSailpoint ? !('code' in json) : codes[answer.status] === undefined || code !== undefined
    if (!isInForm || code === undefined) throw new Error(`${verb} ${path}: ${answer.status} ${text}`)
    const reason = json.details?.find((detail) => detail.reason !== undefined)?.reason
    return { code, text, ...(reason !== undefined && { reason }) }
  }
}

/** A request by the first rule of the method's `google.api.http`. */
function httpRequest(method: DescMethod, request: JsonObject) {
  const { pattern, body: bodyField } = getOption(method, http)
  if (pattern.case === undefined || pattern.case === 'custom') throw new Error(`${method.name} has no rule`)
  const rest = structuredClone(request)
  const path = pattern.value.replace(/\{([\w.]+)\}/g, (_, member: string) =>
    encodeURIComponent(take(rest, member.split('.').map(camel))),
  )
  const verb = pattern.case.toUpperCase()
  if (bodyField === '') {
    const query = new URLSearchParams(
      Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
    return { verb, path: query === '' ? path : `${path}?${query}` }
  }
  const body = bodyField === '*' ? rest : (rest[camel(bodyField)] as JsonObject)
  if (bodyField !== '*' && typeof body.data === 'string')
    return { verb, path, body: Buffer.from(body.data, 'base64'), contentType: String(body.contentType) }
  const contentType = verb === 'PATCH' ? 'application/json-patch+json' : 'application/json'
  return { verb, path, body: JSON.stringify(body), contentType }
}

function take(object: JsonObject, [name = '', ...below]: readonly string[]): string {
  const value = object[name]
  if (below.length > 0) return take(value as JsonObject, below)
  delete object[name]
  return String(value)
}

function camel(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
