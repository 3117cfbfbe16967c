import { type DescField, type DescMessage, type DescMethod, getOption, hasOption } from '@bufbuild/protobuf'
import { rest } from './generated/assay/transcoding/v1/annotations_pb.js'
import { FieldBehavior } from './generated/google/api/field_behavior_pb.js'
import type { FlatRule } from './http-rules.ts'
import { behaves, isHttpBody, lastOf, parameterKind } from './message-fields.ts'
import { type PathTemplate, parsePathTemplate, TemplateError, type TemplateVariable } from './path-template.ts'
import { type PlainReader, plainReader } from './plain-reader.ts'
import { type RuleProblem, rpcName } from './rule-problem.ts'
import { type LeafType, leafType } from './text-values.ts'

/** One HTTP form of one rpc. It was checked when the transcoder was made, so that requests only use valid bindings. */
export interface Binding {
  readonly method: DescMethod
  /** Upper case, or `*` for every method. */
  readonly httpMethod: string
  readonly template: PathTemplate
  readonly variables: readonly BoundVariable[]
  readonly body: BodyBinding
  /** The field that is the whole response; undefined for the message itself. */
  readonly responseField: DescField | undefined
  /** Whether the response is raw bytes and not JSON. */
  readonly hasRawResponse: boolean
  /** The status of every success, 200 to 299. */
  readonly successStatus: number
  readonly readPlain: PlainReader
}

export interface BoundVariable extends TemplateVariable {
  /** The path of fields from a field of the request to the leaf. */
  readonly fields: readonly [DescField, ...DescField[]]
  readonly leaf: LeafType
  /** The JSON names of `fields`, joined by dots. */
  readonly jsonPath: string
}

/** The part of the request that the HTTP body is. `isRaw`: this part is a google.api.HttpBody. */
type BodyBinding =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole'; readonly isRaw: boolean }
  | {
      readonly kind: 'field'
      readonly field: DescField
      readonly isRaw: boolean
      /**
       * From google.api.field_behavior. If true, a JSON body that is empty or null is refused. A raw body may be empty, because
       * a file may be.
       */
      readonly isRequired: boolean
    }

/** Compiles one rule. If it has faults, adds them to `problems` and returns undefined. */
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
  const successStatus = (hasOption(method, rest) && getOption(method, rest).successStatus) || 200
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
