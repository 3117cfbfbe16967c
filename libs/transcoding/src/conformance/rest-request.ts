import type { DescField, JsonObject, JsonValue } from '@bufbuild/protobuf'
import { parsePathTemplate } from '../path-template.ts'
import type { RouteInfo } from '../transcoder.ts'
import type { CaseRequest } from './case.ts'

/**
 * The reverse of the transcoder, for tests: makes the request that sends a message, given as JSON, over a route. It follows
 * google.api.http, and shares only the template parser with the code that reads requests.
 */
export function restRequest(route: RouteInfo, message: JsonObject): CaseRequest {
  const left = structuredClone(message)
  const path = pathOf(route, left)
  const method = route.httpMethod === '*' ? 'PATCH' : route.httpMethod
  if (route.body === '*') return { method, path, body: { json: left } }
  const bodyField = route.method.input.fields.find(({ name }) => name === route.body)
  if (bodyField === undefined) return { method, path: path + queryOf(left) }
  const json = left[bodyField.jsonName]
  delete left[bodyField.jsonName]
  return { method, path: path + queryOf(left), ...(json === undefined ? {} : { body: { json } }) }
}

/** Makes the path, and removes its fields from the message. */
function pathOf(route: RouteInfo, message: JsonObject): string {
  const { segments, variables, verb } = parsePathTemplate(route.template)
  const written: string[] = []
  for (let index = 0; index < segments.length; ) {
    const variable = variables.find(({ start }) => start === index)
    const segment = segments[index]
    if (variable === undefined) {
      written.push(segment?.kind === 'literal' ? encodeURIComponent(segment.text) : 'any')
      index++
      continue
    }
    const text = textOf(takeLeaf(route.method.input.fields, message, variable.fieldPath.split('.')))
    const isSeveral = variable.isMultiSegment
    if (text !== '') written.push(isSeveral ? text.split('/').map(escaped).join('/') : escaped(text))
    index = variable.end
  }
  return `/${written.join('/')}${verb === '' ? '' : `:${verb}`}`
}

function takeLeaf(fields: readonly DescField[], message: JsonObject, names: readonly string[]): JsonValue {
  const [name, ...deeper] = names
  const field = fields.find((candidate) => candidate.name === name)!
  const value = message[field.jsonName] ?? null
  if (deeper.length > 0) return takeLeaf(field.message!.fields, value as JsonObject, deeper)
  delete message[field.jsonName]
  return value
}

/** Makes the query of all leaves that are left, each named by its path. */
function queryOf(message: JsonObject): string {
  const pairs: string[] = []
  const visit = (json: JsonValue, path: string): void => {
    if (Array.isArray(json)) {
      for (const element of json) pairs.push(`${path}=${escaped(textOf(element))}`)
    } else if (typeof json === 'object' && json !== null) {
      for (const [name, value] of Object.entries(json)) visit(value, path === '' ? name : `${path}.${name}`)
    } else {
      pairs.push(`${path}=${escaped(textOf(json))}`)
    }
  }
  visit(message, '')
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function textOf(json: JsonValue): string {
  return json === null ? 'null' : String(json)
}

/** Escapes all characters except `[-_.~0-9a-zA-Z]`. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}
