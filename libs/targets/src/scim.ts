import { jsonPieces } from './json-text.ts'
import { nameOf, type PublishedEntitlement, type PublishedPerson, type PublishedProfile } from './published-profile.ts'
import type { Target } from './target.ts'

const schemas = {
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  bulk: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
} as const

/** Nested groups, for servers that support them, and roles of users, for servers that support these (RFC 7643, sections 4.1.2 and 4.2). */
export const scim: Target = {
  id: 'scim',
  title: 'SCIM 2.0 groups and roles',
  loses: [
    'Rules and owners: SCIM knows neither, so members are those of this moment.',
    'Descriptions: a group has none.',
    'Ids of a server that made its own: it finds the groups by externalId.',
  ],
  system: {
    application: 'scim',
    owns: ({ applicationId }) => applicationId === 'scim',
    takes: () => true,
    takesPerson: () => true,
  },
  files: (profiles) => [
    { name: 'groups.json', content: () => listResponse(groups(profiles), countGroups(profiles)) },
    { name: 'roles.json', content: () => roles(profiles) },
    { name: 'bulk.json', content: () => bulkRequest(profiles) },
  ],
}

function* listResponse(Resources: Iterable<unknown>, count: number): Generator<string> {
  yield* jsonPieces({
    schemas: [schemas.list],
    totalResults: count,
    startIndex: 1,
    itemsPerPage: count,
    Resources,
  })
  yield '\n'
}

function countGroups(profiles: readonly PublishedProfile[]): number {
  return profiles.length + givenBy(profiles).length
}

/** A group for each profile with its members, then a group for each entitlement, whose members are the profiles that give it. */
function* groups(profiles: readonly PublishedProfile[]): Generator<unknown> {
  for (const profile of profiles) yield { ...profileGroup(profile), id: profile.id, meta: { resourceType: 'Group' } }
  for (const { id, entitlement, givers } of givenBy(profiles)) {
    const members = givers.map((profile) => groupMember(profile.id, profile))
    yield { schemas: [schemas.group], id, displayName: nameOf(entitlement), members, meta: { resourceType: 'Group' } }
  }
}

function profileGroup(profile: PublishedProfile) {
  const members = profile.members
    .values()
    .map((person) => ({ value: person.id, type: 'User', display: nameOf(person) }))
  return { schemas: [schemas.group], externalId: profile.id, displayName: profile.displayName, members }
}

function groupMember(value: string, profile: PublishedProfile) {
  return { value, type: 'Group', display: profile.displayName }
}

/** Users with their profiles as roles, in the order in which profiles first have them. */
function roles(profiles: readonly PublishedProfile[]): Iterable<string> {
  const held = new Map<PublishedPerson, PublishedProfile[]>()
  for (const profile of profiles)
    for (const person of profile.members) {
      const own = held.get(person)
      if (own === undefined) held.set(person, [profile])
      else own.push(profile)
    }
  return listResponse(held.entries().map(userWithRoles), held.size)
}

function userWithRoles([person, profiles]: readonly [PublishedPerson, readonly PublishedProfile[]]) {
  return {
    schemas: [schemas.user],
    id: person.id,
    userName: person.username || person.id,
    displayName: nameOf(person),
    roles: profiles.map((profile) => ({ value: profile.id, display: profile.displayName, type: 'access profile' })),
    meta: { resourceType: 'User' },
  }
}

/** The bulk request for a server that has none of the groups (RFC 7644, section 3.7). */
function* bulkRequest(profiles: readonly PublishedProfile[]): Generator<string> {
  yield* jsonPieces({ schemas: [schemas.bulk], failOnErrors: 1, Operations: operations(profiles) })
  yield '\n'
}

function* operations(profiles: readonly PublishedProfile[]): Generator<unknown> {
  for (const profile of profiles)
    yield { method: 'POST', path: '/Groups', bulkId: profile.id, data: profileGroup(profile) }
  for (const { id, entitlement, givers } of givenBy(profiles)) {
    const members = givers.map((profile) => groupMember(`bulkId:${profile.id}`, profile))
    if (entitlement.isOwn) {
      const Operations = [{ op: 'add', path: 'members', value: members }]
      yield {
        method: 'PATCH',
        path: `/Groups/${encodeURIComponent(id)}`,
        data: { schemas: [schemas.patch], Operations },
      }
    } else {
      const data = { schemas: [schemas.group], externalId: id, displayName: nameOf(entitlement), members }
      yield { method: 'POST', path: '/Groups', bulkId: `entitlement-${id}`, data }
    }
  }
}

interface Given {
  /** The id of the entitlement's group. */
  readonly id: string
  readonly entitlement: PublishedEntitlement
  readonly givers: PublishedProfile[]
}

/**
 * The entitlements in the order in which profiles first give them, by application and id: an entitlement of another application may have
 * the same id as a group of the server, and its holders must not get that group.
 */
function givenBy(profiles: readonly PublishedProfile[]): readonly Given[] {
  const given = new Map<string, Given>()
  for (const profile of profiles)
    for (const entitlement of profile.entitlements) {
      const key = JSON.stringify([entitlement.applicationId, entitlement.id])
      const known = given.get(key)
      if (known === undefined) given.set(key, { id: groupId(entitlement), entitlement, givers: [profile] })
      else known.givers.push(profile)
    }
  return [...given.values()]
}

/**
 * The id of an entitlement's group. For an entitlement that is not a group of the server, the id also has the application, encoded so that a slash
 * in its name cannot make two ids equal.
 */
function groupId({ applicationId, id, isOwn }: PublishedEntitlement): string {
  return isOwn ? id : `${encodeURIComponent(applicationId.toWellFormed())}/${id}`
}
