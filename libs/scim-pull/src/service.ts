import { quoted } from '@assay/outbound'
import { isObject, type JsonObject, type ScimClient, ScimRefusal } from './scim-client.ts'
import { ScimFault } from './scim-fault.ts'

/** A kind of resource with access data; also the name of its file. */
export type ResourceKind = 'users' | 'groups' | 'roles' | 'entitlements'

export interface ResourceType {
  readonly kind: ResourceKind
  readonly path: string
  /** Whether the server lists it among its resource types, so that it must answer. */
  readonly isNamed: boolean
  /** The attributes to request, if the server returns some only on request; empty to request no attributes by name. */
  readonly attributes: readonly string[]
}

/** The features that a server reports; where it reports nothing, the defaults of RFC 7643. */
export interface Service {
  readonly paging: 'cursor' | 'index'
  readonly pageSize: number
  readonly filters: boolean
  readonly sorts: boolean
  readonly types: readonly ResourceType[]
  /** The names of resource types that are not read. */
  readonly otherTypes: readonly string[]
}

const kinds: readonly { readonly kind: ResourceKind; readonly name: string; readonly path: string }[] = [
  { kind: 'users', name: 'User', path: 'Users' },
  { kind: 'groups', name: 'Group', path: 'Groups' },
  { kind: 'roles', name: 'Role', path: 'Roles' },
  { kind: 'entitlements', name: 'Entitlement', path: 'Entitlements' },
]

/** Reads the server's documents about itself. Servers often lack these documents; they are assumed to have users and groups. */
export async function describeService(client: ScimClient, pageSize: number): Promise<Service> {
  const config = await optional(client, 'ServiceProviderConfig')
  const resourceTypes = resourcesIn(await optional(client, 'ResourceTypes'))
  const schemas = resourcesIn(await optional(client, 'Schemas'))
  const pagination = memberOf(config, 'pagination')
  const filter = memberOf(config, 'filter')
  const paging =
    pagination?.cursor === true && (pagination.index !== true || pagination.defaultPaginationMethod === 'cursor')
  const most = [filter?.maxResults, pagination?.maxPageSize].filter(
    (size): size is number => typeof size === 'number' && Number.isInteger(size) && size > 0,
  )
  return {
    paging: paging ? 'cursor' : 'index',
    pageSize: Math.min(pageSize, ...most),
    filters: filter?.supported === true,
    sorts: memberOf(config, 'sort')?.supported === true,
    types: kinds.flatMap(({ kind, name, path }): ResourceType[] => {
      const found = resourceTypes.find((type) => type.name === name || type.id === name)
      if (found === undefined) {
        // A server that lists its resource types lists all of them; but users must exist.
        const isAsked = kind === 'users' || resourceTypes.length === 0
        return isAsked ? [{ kind, path, isNamed: kind === 'users', attributes: [] }] : []
      }
      return [{ kind, path: pathOf(found, client.base), isNamed: true, attributes: attributesOf(found, schemas) }]
    }),
    otherTypes: resourceTypes
      .filter(({ name, id }) => !kinds.some((kind) => kind.name === name || kind.name === id))
      .map(({ name, id }) => (typeof name === 'string' ? name : String(id))),
  }
}

async function optional(client: ScimClient, path: string): Promise<JsonObject> {
  try {
    return await client.get(path)
  } catch (error) {
    const isAbsent = error instanceof ScimRefusal && [400, 403, 404, 405, 501].includes(error.status)
    if (isAbsent) return {}
    throw error
  }
}

function memberOf(document: JsonObject, name: string): JsonObject | undefined {
  const member = document[name]
  return isObject(member) ? member : undefined
}

function resourcesIn({ Resources: resources }: JsonObject): readonly JsonObject[] {
  return Array.isArray(resources) ? resources.slice(0, 1000).filter(isObject) : []
}

/** The path of an endpoint below the server's address. Another address is refused, since the secret would be sent to it. */
function pathOf({ endpoint, name }: JsonObject, base: URL): string {
  const text = typeof endpoint === 'string' ? endpoint : ''
  const own = base.href.replace(/\/$/, '')
  const path = text.startsWith(`${own}/`) ? text.slice(own.length) : text
  if (/^\/?[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*\/?$/.test(path)) return path
  throw new ScimFault(
    `${base.host} has its resources ${quoted(String(name))} at ${quoted(text)}, which is not a path under its own address`,
  )
}

/** The attributes of a type, all by name, if one of them is returned only on request. */
function attributesOf({ schema, schemaExtensions }: JsonObject, schemas: readonly JsonObject[]): readonly string[] {
  const named = (id: unknown) => attributesIn(schemas.find((each) => each.id === id))
  const extensions = Array.isArray(schemaExtensions) ? schemaExtensions.filter(isObject) : []
  const all = [
    ...named(schema),
    ...extensions.flatMap((extension) =>
      named(extension.schema).map((attribute) => ({ ...attribute, name: `${extension.schema}:${attribute.name}` })),
    ),
  ]
  if (!all.some(({ returned }) => returned === 'request')) return []
  return all.filter(({ returned }) => returned !== 'never').map(({ name }) => name)
}

function attributesIn(
  schema: JsonObject | undefined,
): readonly { readonly name: string; readonly returned: unknown }[] {
  const attributes = schema?.attributes
  if (!Array.isArray(attributes)) return []
  return attributes
    .slice(0, 200)
    .filter(isObject)
    .flatMap(({ name, returned }) =>
      typeof name === 'string' && /^[\w$-]{1,100}$/.test(name) ? [{ name, returned }] : [],
    )
}
