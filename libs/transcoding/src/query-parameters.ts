import type { DescField, DescMessage, JsonObject } from '@bufbuild/protobuf'
import type { Binding } from './binding.ts'
import { deepestNesting } from './json-fault.ts'
import { fieldsByName, lastOf, messageOf, parameterKind } from './message-fields.ts'
import { setParameter } from './parameter-target.ts'
import { type FieldDescriber, leafType, readText } from './text-values.ts'
import { listed, type Violation } from './violations.ts'

/** Parameters of Google's clients. They are ignored unless the request has a field of that name. */
const systemParameters: ReadonlySet<string> = new Set(['key', 'alt', 'prettyPrint'])

interface QueryPolicy {
  readonly unknownQuery: 'refuse' | 'ignore'
  readonly describeField: FieldDescriber | undefined
}

/**
 * Binds every parameter of a query to a leaf of the request that is not in the path or the body.
 *
 * @param query as sent, without the question mark
 * @param target the JSON of the request, to which values are added
 * @param names receives, by the JSON path of each leaf, the name that the client used; only for errors
 */
export function bindQuery(
  binding: Binding,
  query: string,
  { unknownQuery, describeField }: QueryPolicy,
  target: JsonObject,
  names: Map<string, string> | undefined,
  violations: Violation[],
): void {
  let allowed: string | undefined
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const rawName = equals === -1 ? pair : pair.slice(0, equals)
    const name = decodeForm(rawName)
    if (name === undefined) {
      violations.push({ field: rawName, description: badEscape })
      continue
    }
    const resolved = resolveParameter(binding, name)
    if (resolved.kind === 'unknown') {
      if (unknownQuery === 'ignore' || systemParameters.has(name) || name.startsWith('$')) continue
      allowed ??= describeAllowed(binding)
      violations.push({ field: name, description: allowed })
      continue
    }
    if (resolved.kind === 'refused') {
      violations.push({ field: name, description: resolved.reason })
      continue
    }
    const text = equals === -1 ? '' : decodeForm(pair.slice(equals + 1))
    if (text === undefined) {
      violations.push({ field: name, description: badEscape })
      continue
    }
    const leaf = lastOf(resolved.fields)
    const value = readText(leafType(leaf), text)
    if ('problem' in value) {
      violations.push({ field: name, description: describeField?.(leaf) ?? value.problem })
      continue
    }
    names?.set(resolved.fields.map((field) => field.jsonName).join('.'), name)
    if (!setParameter(target, resolved.fields, value.json)) {
      violations.push({ field: name, description: 'is given more than once' })
    }
  }
}

const badEscape = 'holds a percent escape that is not two hexadecimal digits, or not UTF-8'

/** Decodes form encoding: a plus is a space. Undefined for an invalid escape. */
function decodeForm(raw: string): string | undefined {
  const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}

type Resolved =
  | { readonly kind: 'leaf'; readonly fields: readonly DescField[] }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown' }

function resolveParameter(binding: Binding, name: string): Resolved {
  const { body, method } = binding
  if (body.kind === 'whole') return { kind: 'unknown' }
  const parts = name.split('.')
  if (parts.length > deepestNesting) return { kind: 'refused', reason: `nests deeper than ${deepestNesting} levels` }
  const fields: DescField[] = []
  let message: DescMessage = method.input
  for (const [index, part] of parts.entries()) {
    const field = fieldsByName(message).get(part)
    if (field === undefined) return { kind: 'unknown' }
    fields.push(field)
    if (index === parts.length - 1) break
    const kind = parameterKind(field)
    if (kind === 'map' || kind === 'repeated message') return { kind: 'refused', reason: notMappable[kind] }
    if (kind !== 'message') return { kind: 'unknown' }
    if (isFreeForm(messageOf(field))) return { kind: 'refused', reason: freeForm }
    message = messageOf(field)
  }
  if (body.kind === 'field' && fields[0] === body.field)
    return { kind: 'refused', reason: 'is the body of this request' }
  if (binding.variables.some((variable) => isSamePath(variable.fields, fields))) {
    return { kind: 'refused', reason: 'is given by the path' }
  }
  const leaf = lastOf(fields)
  const kind = parameterKind(leaf)
  if (kind === 'map' || kind === 'repeated message') return { kind: 'refused', reason: notMappable[kind] }
  if (kind === 'message') {
    return { kind: 'refused', reason: isFreeForm(messageOf(leaf)) ? freeForm : describeMembers(name, messageOf(leaf)) }
  }
  return { kind: 'leaf', fields }
}

const notMappable = {
  map: 'is a map, which a query cannot hold',
  'repeated message': 'is a list of messages, which a query cannot hold',
}
const freeForm = 'is free-form JSON, which a query cannot hold'

/** Whether it is a well-known type, whose JSON has no fields to name. */
function isFreeForm(message: DescMessage): boolean {
  return message.typeName.startsWith('google.protobuf.')
}

function isSamePath(some: readonly DescField[], others: readonly DescField[]): boolean {
  return some.length === others.length && some.every((field, index) => field === others[index])
}

function describeMembers(name: string, message: DescMessage): string {
  const [first] = message.fields
  const example = first === undefined ? '' : `, such as ${name}.${first.jsonName}`
  return `is a message; give its fields${example}`
}

function describeAllowed(binding: Binding): string {
  const { body, method, variables } = binding
  const free = method.input.fields.filter((field) => {
    if (body.kind === 'whole' || (body.kind === 'field' && body.field === field)) return false
    if (variables.some((variable) => variable.fields.length === 1 && variable.fields[0] === field)) return false
    const kind = parameterKind(field)
    return kind === 'single' || kind === 'repeated' || (kind === 'message' && !isFreeForm(messageOf(field)))
  })
  if (free.length === 0) return 'is not a parameter here; this call takes none'
  const allowed = free.map((field) => field.jsonName + (parameterKind(field) === 'message' ? '.*' : ''))
  return `is not a parameter here; allowed: ${listed(allowed)}`
}
