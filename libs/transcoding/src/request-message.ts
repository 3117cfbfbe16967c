import {
  create,
  type DescField,
  type DescMessage,
  type DescMethod,
  fromJson,
  type JsonObject,
  type JsonReadOptions,
  type JsonValue,
  type Message,
  type Registry,
} from '@bufbuild/protobuf'
import { reflect } from '@bufbuild/protobuf/reflect'
import type { Binding } from './binding.ts'
import { findMisfits } from './json-misfit.ts'
import { parseJsonBody, tryParseJsonBody } from './json-text.ts'
import { isObject, type TidyOptions, tidyField, tidyMessage } from './json-tidying.ts'
import { messageOf } from './message-fields.ts'
import { emptyObject, removeLeaf, setParameter } from './parameter-target.ts'
import { decodeSegment, decodeSegments } from './percent-decoding.ts'
import { bindQuery } from './query-parameters.ts'
import { type FieldDescriber, readText } from './text-values.ts'
import { invalidRequest, type Violation } from './violations.ts'

/** How strictly a mount reads its requests. */
export interface ReadPolicy {
  readonly unknownFields: TidyOptions['unknownFields']
  /** Calls that refuse unknown members of a body if these have a value, even if `unknownFields` is `ignore`. */
  readonly refusesUnknownOf?: ((method: DescMethod) => boolean) | undefined
  readonly unknownQuery: 'refuse' | 'ignore'
  /** The types of google.protobuf.Any in bodies. */
  readonly registry: Registry | undefined
  readonly describeField: FieldDescriber | undefined
}

/** The parts of a request before they are read. */
interface RequestParts {
  /** The path as sent, without the query. */
  readonly path: string
  /** The raw text of each variable of the template, in order. */
  readonly captures: readonly string[]
  /** Without the question mark. */
  readonly query: string
  /** Undefined if the binding has no body, or a raw one. */
  readonly jsonBody: Buffer | undefined
}

/**
 * Makes the request message. Path, query and body become one JSON object, in which the path has priority. This object is read
 * once, so that ranges, oneofs and the forms of well-known types are checked in one place. The plain reader reads plain
 * requests; the strict way reads all others, and only it refuses.
 * @throws {ConnectError} INVALID_ARGUMENT that names each invalid parameter
 */
export function readRequest(binding: Binding, policy: ReadPolicy, parts: RequestParts): Message {
  return readPlainRequest(binding, policy, parts) ?? readStrictly(binding, policyOf(binding, policy), parts)
}

function policyOf({ method }: Binding, policy: ReadPolicy): ReadPolicy {
  return policy.refusesUnknownOf?.(method) ? { ...policy, unknownFields: 'refuse-values' } : policy
}

/** Undefined if anything is invalid or unusual. */
function readPlainRequest(binding: Binding, policy: ReadPolicy, parts: RequestParts): Message | undefined {
  const { body, variables } = binding
  if (notPlain.test(parts.path) || notPlain.test(parts.query) || !isSoundPath(parts.path)) return undefined
  let json: JsonValue = emptyObject()
  let checkText = false
  if (parts.jsonBody !== undefined && parts.jsonBody.length > 0) {
    const parsed = tryParseJsonBody(parts.jsonBody)
    if (parsed === undefined || !isObject(parsed.json)) return undefined
    checkText = parsed.hasEscapes
    if (body.kind === 'whole') {
      json = parsed.json
      for (const { fields } of variables) removeLeaf(json, fields)
    } else if (body.kind === 'field') {
      for (const { fields } of variables) if (fields[0] === body.field) removeLeaf(parsed.json, fields.slice(1))
      json[body.field.jsonName] = parsed.json
    }
  } else if (body.kind === 'field' && !body.isRaw) {
    return undefined
  }
  const problems: Violation[] = []
  bindPath(binding, parts.captures, json, undefined, problems)
  if (parts.query !== '') bindQuery(binding, parts.query, policy, json, undefined, problems)
  return problems.length === 0 ? binding.readPlain(json, checkText) : undefined
}

function readStrictly(binding: Binding, policy: ReadPolicy, parts: RequestParts): Message {
  const { input } = binding.method
  const violations: Violation[] = []
  if (notPlain.test(parts.path)) violations.push({ field: 'path', description: mustEscape })
  if (notPlain.test(parts.query)) violations.push({ field: 'query', description: mustEscape })
  if (violations.length > 0) throw invalidRequest(violations)
  const names = new Map<string, string>()
  let json: JsonValue = emptyObject()
  if (parts.jsonBody !== undefined) json = readBody(binding, policy, parts.jsonBody, violations)
  if (isObject(json)) {
    bindPath(binding, parts.captures, json, names, violations)
    if (parts.query !== '') bindQuery(binding, parts.query, policy, json, names, violations)
  }
  // The variables are decoded already; escapes elsewhere in the path have to be valid too.
  if (violations.length === 0 && !isSoundPath(parts.path)) {
    violations.push({ field: 'path', description: badEscape })
  }
  if (violations.length > 0) throw invalidRequest(violations)

  const options: Partial<JsonReadOptions> = {
    ignoreUnknownFields: policy.unknownFields !== 'refuse',
    ...(policy.registry === undefined ? {} : { registry: policy.registry }),
  }
  try {
    return fromJson(input, json, options)
  } catch {
    // The parser's messages mention TypeScript and name no path. So the faults are found again by the descriptor, with our
    // messages.
    const misfits = findMisfits(input, json, policy).map(({ field, description }) => ({
      field: asGiven(field, names),
      description,
    }))
    throw invalidRequest(misfits.length > 0 ? misfits : [{ field: '', description: `does not fit ${input.typeName}` }])
  }
}

/** Sets the google.api.HttpBody that is the request or one of its fields. */
export function setRawBody(binding: Binding, request: Message, contentType: string, data: Uint8Array): void {
  const { body, method } = binding
  if (body.kind === 'whole') {
    const isTypeBound = binding.variables.some((variable) => variable.fieldPath === 'content_type')
    Object.assign(request, isTypeBound ? { data } : { contentType, data })
  } else if (body.kind === 'field') {
    const raw = create(messageOf(body.field), { contentType, data } as Record<string, unknown>)
    reflect(method.input, request).set(body.field, reflect(messageOf(body.field), raw))
  }
}

function readBody(binding: Binding, policy: ReadPolicy, bytes: Buffer, violations: Violation[]): JsonValue {
  const { body, method, variables } = binding
  const root = body.kind === 'field' ? body.field.jsonName : ''
  const parsed = parseJsonBody(bytes, root)
  const options: TidyOptions = { unknownFields: policy.unknownFields, checkText: parsed?.hasEscapes ?? false }
  if (body.kind === 'whole') {
    const json = parsed?.json ?? {}
    for (const variable of variables) removeLeaf(json, variable.fields)
    tidyMessage(method.input, json, '', options, violations)
    return json
  }
  const json: JsonObject = emptyObject()
  if (body.kind === 'field') {
    if (body.isRequired && (parsed === undefined || parsed.json === null)) {
      const expected = policy.describeField?.(body.field)
      violations.push({ field: root, description: `is missing${expected === undefined ? '' : `; it ${expected}`}` })
      return json
    }
    const value = parsed === undefined || parsed.json === null ? emptyBody(body.field, parsed?.json) : parsed.json
    if (value === undefined) return json
    for (const { fields } of variables) if (fields[0] === body.field) removeLeaf(value, fields.slice(1))
    const tidied = tidyField(body.field, value, root, options, violations)
    if (tidied !== undefined) json[root] = tidied
  }
  return json
}

/** For a message field, no body or null means a message without any field. For other fields it means that the field is absent. */
function emptyBody(field: DescField, given: JsonValue | undefined): JsonValue | undefined {
  return field.fieldKind === 'message' && !isWellKnown(field.message) ? {} : given
}

function isWellKnown(message: DescMessage): boolean {
  return message.typeName.startsWith('google.protobuf.')
}

function bindPath(
  binding: Binding,
  captures: readonly string[],
  target: JsonObject,
  names: Map<string, string> | undefined,
  violations: Violation[],
): void {
  const { variables } = binding
  for (const [index, variable] of variables.entries()) {
    const text = decodeCapture(captures[index] ?? '', variable.isMultiSegment)
    const value = text === undefined ? undefined : readText(variable.leaf, text)
    if (value === undefined || 'problem' in value) {
      const description = value?.problem ?? badEscape
      violations.push({ field: variable.fieldPath, description })
      continue
    }
    names?.set(variable.jsonPath, variable.fieldPath)
    setParameter(target, variable.fields, value.json)
  }
}

// Node decodes each byte beyond ASCII as one character, so the intended text is unknown.
const notPlain = /[^!-~]/
const mustEscape = 'holds characters that a URL has only as percent escapes'

const badEscape = 'holds a percent escape that is not two hexadecimal digits, or not UTF-8'

function isSoundPath(path: string): boolean {
  return decodeCapture(path, false) !== undefined
}

function decodeCapture(raw: string, isMultiSegment: boolean): string | undefined {
  try {
    return isMultiSegment ? decodeSegments(raw) : decodeSegment(raw)
  } catch {
    return undefined
  }
}

/**
 * The name that the client used for a parameter of the path or the query. Paths of the body are already as the client wrote
 * them.
 */
function asGiven(path: string, names: ReadonlyMap<string, string>): string {
  return names.get(path) ?? names.get(path.replace(/\[\d+\]$/, '')) ?? path
}
