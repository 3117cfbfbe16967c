import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { expect } from 'vitest'
import { observeCall, observeMessage } from '../compatibility/observe.ts'
import { type Call, restRequest } from './calls.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: JsonObject
}

export interface Sent {
  readonly verb: string
  readonly path: string
  /** Sent unchanged; absent for a request of length 0. */
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends bytes and headers unchanged, as a client of the contract would send them. */
export async function send(baseUrl: string, token: string | undefined, sent: Sent): Promise<Answer> {
  const answer = await fetch(baseUrl + sent.path, {
    method: sent.verb,
    redirect: 'manual',
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...sent.headers },
    // Bytes, because fetch adds a Content-Type to a text.
    ...(sent.body !== undefined && { body: new TextEncoder().encode(sent.body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: objectOf(text) }
}

function objectOf(text: string): JsonObject {
  try {
    const json = JSON.parse(text) as JsonValue
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : {}
  } catch {
    return {}
  }
}

export const jsonType = { 'content-type': 'application/json' }

/** Makes a call over REST. It may fail. */
export function tryCall(
  baseUrl: string,
  token: string | undefined,
  call: Pick<Call, 'method'>,
  request: JsonObject,
): Promise<Answer> {
  const sent = restRequest(call, request)
  return send(baseUrl, token, { ...sent, ...(sent.body !== undefined && { headers: jsonType }) })
}

/** Makes a call over REST, fails when the call fails, and records the items of the contract in the request and the response. */
export async function ask<T extends JsonObject = JsonObject>(
  baseUrl: string,
  token: string,
  call: Pick<Call, 'method'>,
  request: JsonObject = {},
): Promise<T> {
  const answer = await tryCall(baseUrl, token, call, request)
  expect(answer.status, `${call.method.name}: ${answer.text}`).toBe(200)
  observe(call, request, answer.json)
  return answer.json as T
}

export function observe({ method }: Pick<Call, 'method'>, request: JsonObject, answer: JsonObject): void {
  observeCall(method.name)
  observeMessage(method.input, request)
  observeMessage(method.output, answer)
}
