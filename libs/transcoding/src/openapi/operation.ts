import { type DescField, getOption, type JsonObject } from '@bufbuild/protobuf'
import type { Binding } from '../binding.ts'
import { rest } from '../generated/assay/transcoding/v1/annotations_pb.js'
import { lastOf } from '../message-fields.ts'
import { rpcName } from '../rule-problem.ts'
import { leafType } from '../text-values.ts'
import { type Comments, described, firstSentence } from './comments.ts'
import type { PathParameter } from './paths.ts'
import { queryParametersOf } from './query.ts'
import type { Schemas } from './schemas.ts'

interface OperationContext {
  readonly comments: Comments
  readonly schemas: Schemas
  readonly parameterName: (path: readonly DescField[]) => string
  /** The response of every failure. */
  readonly errorResponse: JsonObject
  readonly errorSchema: JsonObject
  /** Parameter Objects of the header fields that a call on the path needs. */
  readonly headers: readonly JsonObject[]
  readonly tag: string
}

/** One HTTP form of one rpc as an OpenAPI operation; `id` is its operationId. */
export function describeOperation(
  binding: Binding,
  pathParameters: readonly PathParameter[],
  id: string,
  context: OperationContext,
): JsonObject {
  const { method } = binding
  const comment = context.comments.of(method)
  const summary = firstSentence(comment) || method.name
  const parameters = pathParameters.map((each) => describePathParameter(each, context))
  const { leaves, recursions } = queryParametersOf(binding)
  for (const leaf of leaves) parameters.push(describeQueryParameter(leaf, context))
  parameters.push(...context.headers)
  const nested = recursions.map(({ at, as }) => {
    const [inner, outer] = [at, as].map((path) => [...path.map((field) => field.jsonName), '*'].join('.'))
    return `Parameters nest: \`${inner}\` stands for \`${outer}\` once more.`
  })
  const body = requestBody(binding, context)
  return {
    tags: [context.tag],
    summary,
    ...described([comment, ...nested].filter((part) => part !== '').join('\n\n')),
    operationId: id,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { [binding.successStatus]: successResponse(binding, context), default: context.errorResponse },
    ...(method.deprecated ? { deprecated: true } : {}),
  }
}

function describePathParameter({ name, variable, isRest }: PathParameter, context: OperationContext): JsonObject {
  const field = variable?.fields.at(-1)
  const parts: string[] = []
  if (variable !== undefined && variable.end - variable.start > 1) {
    parts.push(`A part of \`${context.parameterName(variable.fields)}\`.`)
  }
  if (field !== undefined) parts.push(context.comments.of(field))
  if (isRest) parts.push('Any number of segments; the slashes between them stay as they are.')
  const isWhole = variable !== undefined && field !== undefined && variable.end - variable.start === 1 && !isRest
  const schema: JsonObject = isWhole
    ? context.schemas.limited(field, context.schemas.leaf(leafType(field)))
    : { type: 'string' }
  // No route matches an empty segment.
  const bounded = schema.type === 'string' && !isRest && !('enum' in schema) ? { ...schema, minLength: 1 } : schema
  return {
    name,
    in: 'path',
    required: true,
    ...described(parts.filter((part) => part !== '').join(' ')),
    schema: bounded,
    ...(field?.deprecated ? { deprecated: true } : {}),
  }
}

function describeQueryParameter(path: readonly DescField[], context: OperationContext): JsonObject {
  const field = lastOf(path)
  const single = context.schemas.leaf(leafType(field))
  const description = context.schemas.describe(field, (other) => context.parameterName([...path.slice(0, -1), other]))
  return {
    name: context.parameterName(path),
    in: 'query',
    ...ifRequired(path.length === 1 && context.schemas.isRequired(field)),
    ...described(description),
    schema: context.schemas.limited(field, field.fieldKind === 'list' ? { type: 'array', items: single } : single),
    ...(path.some((step) => step.deprecated) ? { deprecated: true } : {}),
  }
}

/**
 * A body that is the whole message is described without the fields of the path: the server accepts them there but ignores them.
 */
function requestBody({ method, body, variables }: Binding, context: OperationContext): JsonObject | undefined {
  if (body.kind === 'none') return undefined
  const { comments, schemas } = context
  if (body.isRaw) {
    const comment = body.kind === 'field' ? comments.of(body.field) : ''
    const content = rawContent(getOption(method, rest).requestContentTypes)
    return { ...described(comment), content, ...ifRequired(body.kind === 'field' && body.isRequired) }
  }
  if (body.kind === 'field') {
    return {
      content: { 'application/json': { schema: schemas.field(body.field) } },
      ...ifRequired(body.isRequired),
    }
  }
  const inPath = new Set(variables.filter(({ fields }) => fields.length === 1).map(({ fields }) => fields[0]))
  const has = (field: DescField): boolean => !inPath.has(field)
  const schema = inPath.size === 0 ? schemas.message(method.input) : schemas.object(method.input, has)
  return {
    content: { 'application/json': { schema } },
    ...ifRequired(method.input.fields.some((field) => has(field) && schemas.isRequired(field))),
  }
}

function ifRequired(isNeeded: boolean): JsonObject {
  return isNeeded ? { required: true } : {}
}

function successResponse(binding: Binding, context: OperationContext): JsonObject {
  const { method, responseField, successStatus } = binding
  if (successStatus === 204 || successStatus === 205) return { description: 'Done; the answer has no body.' }
  const { comments, schemas } = context
  const comment = (responseField && comments.of(responseField)) || comments.of(method.output)
  const description = firstSentence(comment, 300) || 'Success'
  if (binding.hasRawResponse) {
    return { description, content: rawContent(getOption(method, rest).responseContentTypes) }
  }
  const schema = responseField === undefined ? schemas.message(method.output) : schemas.field(responseField)
  if (method.methodKind !== 'server_streaming') return { description, content: { 'application/json': { schema } } }
  const failure = {
    type: 'object',
    description: 'The last line of a stream that failed.',
    properties: { error: context.errorSchema },
    required: ['error'],
  }
  return {
    description: `Lines of JSON, of which the schema describes one. ${description}`,
    content: { 'application/x-ndjson': { schema: { anyOf: [schema, failure] } } },
  }
}

/** JSON is validated by its value, so its schema allows any value; the schema of other types says that the body is bytes. */
function rawContent(types: readonly string[]): JsonObject {
  const schemaOf = (type: string) => (type === 'application/json' ? {} : { type: 'string', format: 'binary' })
  return Object.fromEntries((types.length > 0 ? types : ['*/*']).map((type) => [type, { schema: schemaOf(type) }]))
}

/** The operationId: the full name of the rpc, with a number from its second binding on. */
export function operationId(binding: Binding, index: number): string {
  return index === 0 ? rpcName(binding.method) : `${rpcName(binding.method)}_${index + 1}`
}
