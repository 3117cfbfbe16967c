import { type DescField, type DescMessage, type DescMethod, getOption } from '@bufbuild/protobuf'
import { rest } from './generated/assay/transcoding/v1/annotations_pb.js'
import { FieldBehavior } from './generated/google/api/field_behavior_pb.js'
import type { FlatRule } from './http-rules.ts'
import { behaves, isHttpBody, lastOf, parameterKind } from './message-fields.ts'
import { type PathTemplate, parsePathTemplate, TemplateError, type TemplateVariable } from './path-template.ts'
import { type PlainReader, plainReader } from './plain-reader.ts'
import { type RuleProblem, rpcName } from './rule-problem.ts'
import { type LeafType, leafType } from './text-values.ts'

/** One HTTP form of one rpc, checked: a request only ever meets these. */
export interface Binding {
  readonly method: DescMethod
  /** Upper case, or `*` for every method. */
  readonly httpMethod: string
  readonly template: PathTemplate
  readonly variables: readonly BoundVariable[]
  readonly body: BodyBinding
  /** The field that is the whole response; undefined for the message itself. */
  readonly responseField: DescField | undefined
  /** The response is raw bytes rather than JSON. */
  readonly hasRawResponse: boolean
  /** Of every success, 200 to 299. */
  readonly successStatus: number
  readonly readPlain: PlainReader
}

export interface BoundVariable extends TemplateVariable {
  /** From a field of the request down to the leaf. */
  readonly fields: readonly [DescField, ...DescField[]]
  readonly leaf: LeafType
  /** The JSON names down to the leaf, joined by dots. */
  readonly jsonPath: string
}

/** Where the HTTP body goes; `isRaw` when that place is a google.api.HttpBody. */
type BodyBinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly isRaw: boolean }
  | {
      readonly kind: 'field'
      readonly field: DescField
      readonly isRaw: boolean
      /** By google.api.field_behavior: a JSON body that is empty or null is refused. A raw body may be empty: a file may be. */
      readonly isRequired: boolean
    }

/** Compiles one rule; adds what is wrong to `problems` and answers undefined then. */
export function compileBinding(rule: FlatRule, prefix: string, problems: RuleProblem[]): Binding | undefined {
  const { method } = rule
  const source = prefix !== '' && rule.template === '/' ? prefix : prefix + rule.template
  const before = problems.length
  const report = (reason: string, column?: number): void => {
    problems.push({ rpc: rpcName(method), template: source, column, reason })
  }

  const template = parse(source, report)
  const variables = template === undefined ? [] : bindVariables(template, method.input, report)
  const body = bindBody(rule, variables, report)
  const responseField = bindResponse(rule, report)
  const successStatus = getOption(method, rest).successStatus || 200
  if (successStatus < 200 || successStatus > 299) report(`success_status ${successStatus} is not from 200 to 299`)
  if (method.methodKind === 'bidi_streaming') report('a bidirectional stream has no HTTP form')
  if (method.methodKind === 'client_streaming' && !(body.kind !== 'none' && body.isRaw)) {
    report('a stream of requests has an HTTP form only where its body is a google.api.HttpBody')
  }

  if (template === undefined || problems.length > before) return undefined
  const hasRawResponse = isHttpBody(responseField === undefined ? method.output : responseField.message)
  return {
    method,
    httpMethod: rule.httpMethod,
    template,
    variables,
    body,
    responseField,
    hasRawResponse,
    successStatus,
    readPlain: plainReader(method.input),
  }
}

type Report = (reason: string, column?: number) => void

function parse(source: string, report: Report): PathTemplate | undefined {
  try {
    return parsePathTemplate(source)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    report(error.message, error.column)
    return undefined
  }
}

function bindVariables(template: PathTemplate, input: DescMessage, report: Report): BoundVariable[] {
  const bound: BoundVariable[] = []
  for (const variable of template.variables) {
    const fields = bindVariable(variable, input, report)
    if (fields === undefined) continue
    const jsonPath = fields.map(({ jsonName }) => jsonName).join('.')
    bound.push({ ...variable, fields, leaf: leafType(lastOf(fields)), jsonPath })
  }
  return bound
}

function bindVariable(
  variable: TemplateVariable,
  input: DescMessage,
  report: Report,
): BoundVariable['fields'] | undefined {
  const { fieldPath, column } = variable
  const fields: DescField[] = []
  let message: DescMessage = input
  const names = fieldPath.split('.')
  for (const [index, name] of names.entries()) {
    const field = message.fields.find((candidate) => candidate.name === name)
    if (field === undefined) {
      report(`${message.typeName} has no field "${name}"`, column)
      return undefined
    }
    fields.push(field)
    if (index === names.length - 1) break
    if (field.fieldKind !== 'message' || parameterKind(field) !== 'message') {
      report(`"${name}" of ${message.typeName} is not a message with fields`, column)
      return undefined
    }
    message = field.message
  }
  const kind = parameterKind(lastOf(fields))
  if (kind !== 'single') {
    report(
      `"${fieldPath}" is ${kind === 'map' || kind === 'message' ? `a ${kind}` : kind}; a path holds single values`,
      column,
    )
    return undefined
  }
  const [first, ...others] = fields
  return first && [first, ...others]
}

function bindBody(rule: FlatRule, variables: readonly BoundVariable[], report: Report): BodyBinding {
  const { body, method, httpMethod } = rule
  if (body === '') return { kind: 'none' }
  if (httpMethod === 'GET' || httpMethod === 'HEAD') report(`${httpMethod} has no body, but body is "${body}"`)
  if (body === '*') return { kind: 'whole', isRaw: isHttpBody(method.input) }
  if (body.includes('.')) {
    report(`body "${body}" is dotted; it names a field of the request itself`)
    return { kind: 'none' }
  }
  const field = method.input.fields.find((candidate) => candidate.name === body)
  if (field === undefined) {
    report(`body "${body}": ${method.input.typeName} has no such field`)
    return { kind: 'none' }
  }
  if (variables.some((variable) => variable.fieldPath === body)) report(`body "${body}" is bound by the path already`)
  const isRaw = field.fieldKind === 'message' && isHttpBody(field.message)
  return { kind: 'field', field, isRaw, isRequired: behaves(field, FieldBehavior.REQUIRED) }
}

function bindResponse(rule: FlatRule, report: Report): DescField | undefined {
  const { responseBody, method } = rule
  if (responseBody === '') return undefined
  const field = method.output.fields.find((candidate) => candidate.name === responseBody)
  if (field === undefined) report(`response_body "${responseBody}": ${method.output.typeName} has no such field`)
  return field
}
