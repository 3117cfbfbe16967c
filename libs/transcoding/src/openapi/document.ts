import type { DescEnum, DescField, DescMessage, DescMethod, DescService, JsonObject } from '@bufbuild/protobuf'
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt'
import { type Binding, compileBinding } from '../binding.ts'
import { type RuleProblem, TranscodingRuleError } from '../rule-problem.ts'
import type { RouteInfo } from '../transcoder.ts'
import { described, readComments } from './comments.ts'
import { describeOperation, operationId } from './operation.ts'
import { openApiPath, type PathParameter } from './paths.ts'
import { type FieldLimits, reference, Schemas } from './schemas.ts'
import { type ErrorDescription, statusError } from './status-schema.ts'

export interface OpenApiOptions {
  /** The Info Object: title, version and any other members. */
  readonly info: { readonly title: string; readonly version: string } & JsonObject
  /** Server Objects. Default: the host that serves the document. */
  readonly servers?: readonly JsonObject[]
  /** Proto files with source info, as an image of `buf build` has them: their comments become the descriptions. */
  readonly files?: readonly FileDescriptorProto[]
  readonly securitySchemes?: Readonly<Record<string, JsonObject>>
  /** The Security Requirement Objects of every call. */
  readonly security?: readonly JsonObject[]
  /** What differs between the mounts of the transcoder, in their order. */
  readonly mounts?: readonly MountDescription[]
  /** Enums to which later versions may add values; the document tells clients to expect others. None by default. */
  readonly isOpenEnum?: (desc: DescEnum) => boolean
  /** Messages whose unknown members are refused. None by default. */
  readonly isClosed?: (desc: DescMessage) => boolean
  /** Values that calls refuse although the type of the field allows them. None by default. */
  readonly limitsOf?: (field: DescField) => FieldLimits | undefined
  /** Whether NaN and the infinities never occur, so that numbers are described only as numbers. False by default. */
  readonly finiteNumbers?: boolean
}

export interface MountDescription {
  /** The names of parameters: as in JSON (the default), or as in the proto. The server accepts both. */
  readonly parameterNames?: 'json' | 'proto'
  /** The document that `renderError` of the mount writes; google.rpc.Status by default. */
  readonly error?: ErrorDescription
  /** Parameter Objects of the header fields that calls on a path need; none by default. */
  readonly headersOf?: (path: string) => readonly JsonObject[]
}

/**
 * The OpenAPI 3.1 document of a transcoder's routes. It says only what the rules, the descriptors and the comments say. OpenAPI
 * has no place for methods other than its eight, or for a second route on paths of the same shape, such as `/{a}` and
 * `/{a=**}`. Such routes are in the Path Item under `x-additional-operations`, by method and template.
 *
 * @param routes as `Transcoder.routes()` returns them
 */
export function openApiDocument(routes: readonly RouteInfo[], options: OpenApiOptions): JsonObject {
  const comments = readComments(options.files ?? [])
  const schemas = new Schemas({
    comments,
    limitsOf: options.limitsOf ?? (() => undefined),
    isOpenEnum: options.isOpenEnum ?? (() => false),
    inputs: inputsAlone(routes.map(({ method }) => method)),
    isClosed: options.isClosed ?? (() => false),
    finiteNumbers: options.finiteNumbers ?? false,
  })
  const responses: Record<string, JsonObject> = {}
  const errorOf = (mount: number): ErrorDescription => options.mounts?.[mount]?.error ?? statusError
  const items = new PathItems()
  const tags = tagsOf(routes)
  const seen = new Map<DescMethod, number>()

  for (const route of routes) {
    const binding = bindingOf(route)
    const { name, schema, description } = errorOf(route.mount)
    schemas.components[name] ??= schema
    responses[name] ??= { description, content: { 'application/json': { schema: reference(name) } } }
    const before = seen.get(route.method) ?? 0
    seen.set(route.method, before + 1)
    const parameterName = nameAs(options.mounts?.[route.mount]?.parameterNames ?? 'json')
    items.add(binding, parameterName, (parameters) =>
      describeOperation(binding, parameters, operationId(binding, before), {
        comments,
        schemas,
        parameterName,
        errorResponse: { $ref: `#/components/responses/${name}` },
        errorSchema: reference(name),
        headers: options.mounts?.[route.mount]?.headersOf?.(binding.template.source) ?? [],
        tag: tags.get(route.method.parent) ?? route.method.parent.name,
      }),
    )
  }

  const { info, servers = [{ url: '/' }], security, securitySchemes } = options
  return {
    openapi: '3.1.1',
    info,
    servers: [...servers],
    ...(security === undefined ? {} : { security: [...security] }),
    tags: [...tags].map(([service, name]) => ({ name, ...described(comments.of(service)) })),
    paths: items.paths(),
    components: {
      schemas: sorted(schemas.components),
      responses: sorted(responses),
      ...(securitySchemes === undefined ? {} : { securitySchemes: { ...securitySchemes } }),
    },
  }
}

const documentedMethods: ReadonlySet<string> = new Set([
  'GET',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'PATCH',
  'TRACE',
])

interface PathItem {
  readonly path: string
  readonly parameters: readonly PathParameter[]
  readonly operations: Record<string, JsonObject>
  readonly additional: Record<string, JsonObject>
}

/**
 * Paths in the order of the routes, one for each shape. A later route with the same shape uses the parameter names of the first
 * one.
 */
class PathItems {
  private readonly byShape = new Map<string, PathItem>()

  add(
    binding: Binding,
    parameterName: (path: readonly DescField[]) => string,
    describe: (parameters: readonly PathParameter[]) => JsonObject,
  ): void {
    const { httpMethod, template, variables } = binding
    const own = openApiPath(template, variables, ({ fields }) => parameterName(fields).replaceAll('.', '_'))
    let item = this.byShape.get(own.shape)
    if (item === undefined) {
      item = { path: own.path, parameters: own.parameters, operations: {}, additional: {} }
      this.byShape.set(own.shape, item)
    }
    const names = item.parameters.map(({ name }) => name)
    const operation = describe(
      own.parameters.map((parameter, i) => ({ ...parameter, name: names[i] ?? parameter.name })),
    )
    const key = httpMethod.toLowerCase()
    if (documentedMethods.has(httpMethod) && item.operations[key] === undefined) item.operations[key] = operation
    else item.additional[`${httpMethod} ${template.source}`] = operation
  }

  paths(): JsonObject {
    return Object.fromEntries(
      [...this.byShape.values()].map(({ path, operations, additional }) => [
        path,
        { ...operations, ...(Object.keys(additional).length > 0 ? { 'x-additional-operations': additional } : {}) },
      ]),
    )
  }
}

/** Messages that are in a request and in no response. */
function inputsAlone(methods: readonly DescMethod[]): ReadonlySet<DescMessage> {
  const answered = within(methods.map(({ output }) => output))
  return within(methods.map(({ input }) => input)).difference(answered)
}

function within(messages: Iterable<DescMessage>): Set<DescMessage> {
  const found = new Set(messages)
  for (const { fields } of found) {
    for (const { message } of fields) if (message !== undefined) found.add(message)
  }
  return found
}

function nameAs(names: 'json' | 'proto'): (path: readonly DescField[]) => string {
  return (path) => path.map((field) => (names === 'json' ? field.jsonName : field.name)).join('.')
}

/** The short name of every service, or the full name if two services have the same short name. */
function tagsOf(routes: readonly RouteInfo[]): ReadonlyMap<DescService, string> {
  const services = [...new Set(routes.map(({ method }) => method.parent))]
  return new Map(
    services.map((service) => {
      const isShared = services.some((other) => other !== service && other.name === service.name)
      return [service, isShared ? service.typeName : service.name]
    }),
  )
}

/** The binding of a route. It cannot have faults, because the rule was checked when the transcoder was made. */
function bindingOf(route: RouteInfo): Binding {
  const problems: RuleProblem[] = []
  const binding = compileBinding(route, '', problems)
  if (binding === undefined) throw new TranscodingRuleError(problems)
  return binding
}

function sorted(members: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
}
