import type { Role, RoleMembership } from '@assay/contracts/sailpoint/roles/v1/role_pb'
import type { Reference } from '@assay/contracts/sailpoint/shared/v1/reference_pb'
import { identityNamesById, knownAttributes, listAttributes } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { ruleOfCondition } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { type JsonValue, toJson } from '@bufbuild/protobuf'
import { type Value, ValueSchema } from '@bufbuild/protobuf/wkt'
import { readCriteria } from './role-criteria.ts'

const longestName = 128
const longestDescription = 2_000

/** The requested members: those whom a rule selects, named identities, or the present ones. */
export type WantedMembership =
  | { readonly kind: 'rule'; readonly celExpression: string }
  | { readonly kind: 'list'; readonly identityIds: readonly string[] }
  | { readonly kind: 'none' }

/** @throws invalid_argument on `name` */
export function readName(name: string): string {
  const trimmed = name.trim()
  const { length } = [...trimmed]
  if (length === 0) throw invalidArgument('name', 'must not be empty')
  if (length > longestName)
    throw invalidArgument('name', `must have at most ${longestName} characters; it has ${length}`)
  return trimmed
}

/** @throws invalid_argument on `description` */
export function readDescription(description = ''): string {
  const { length } = [...description]
  if (length <= longestDescription) return description
  throw invalidArgument('description', `must have at most ${longestDescription} characters; it has ${length}`)
}

/** The id of the identity that becomes the owner of a role. @throws invalid_argument on `owner` */
export async function readOwner(sql: TenantSql, owner: Reference | undefined): Promise<string> {
  const { id, name, type = '' } = owner ?? {}
  if (!id) throw invalidArgument('owner', 'is missing; give {"type": "IDENTITY", "id": ...}')
  if (type !== '' && type !== 'IDENTITY') throw invalidArgument('owner.type', `must be IDENTITY, it is "${type}"`)
  const known = (await identityNamesById(sql, [id])).get(id)
  if (known === undefined) throw invalidArgument('owner.id', `identity "${id}" does not exist`)
  if (name !== undefined && name !== '' && name !== known) {
    throw invalidArgument('owner.name', `identity "${id}" is called "${known}", not "${name}"; leave the name out`)
  }
  return id
}

/** @throws invalid_argument on `entitlements` */
export function readEntitlementIds(entitlements: readonly Reference[]): string[] {
  return entitlements.map(({ id, type }, at) => {
    if (!id) throw invalidArgument(`entitlements[${at}].id`, 'is missing')
    if (type !== '' && type !== 'ENTITLEMENT') {
      throw invalidArgument(`entitlements[${at}].type`, `must be ENTITLEMENT, it is "${type}"`)
    }
    return id
  })
}

/** @throws invalid_argument on `membership` */
export async function readMembership(
  sql: TenantSql,
  membership: RoleMembership | undefined,
): Promise<WantedMembership> {
  if (membership === undefined) return { kind: 'none' }
  const { type, criteria, identities } = membership
  if (type === 'IDENTITY_LIST') {
    if (criteria !== undefined) throw invalidArgument('membership.criteria', 'must be null for IDENTITY_LIST')
    const identityIds = identities.map(({ id }, at) => {
      if (id) return id
      throw invalidArgument(`membership.identities[${at}].id`, 'is missing')
    })
    return { kind: 'list', identityIds }
  }
  if (type !== 'STANDARD') {
    throw invalidArgument('membership.type', `must be STANDARD or IDENTITY_LIST, it is "${type}"`)
  }
  if (identities.length > 0) throw invalidArgument('membership.identities', 'must be null for STANDARD')
  if (criteria === undefined) return { kind: 'none' }
  const field = 'membership.criteria'
  const condition = readCriteria(criteria, await knownAttributes(sql), field)
  return { kind: 'rule', celExpression: ruleOfCondition(condition, await listAttributes(sql), field) }
}

/**
 * Refuses values of members that SailPoint has and Assay does not store. Empty values are accepted, since clients write all members that
 * they know.
 * @throws invalid_argument naming the member with such a value
 */
export function refuseNotKept(role: Role): void {
  const refuse = (field: string, what: string) => invalidArgument(field, `${what}; send null`)
  for (const [field, list] of [
    ['additionalOwners', role.additionalOwners],
    ['segments', role.segments],
    ['dimensionRefs', role.dimensionRefs],
  ] as const) {
    if (list.length > 0) throw refuse(field, 'is not supported here')
  }
  if (role.accessProfiles.length > 0) {
    throw refuse('accessProfiles', 'there are none here; name their entitlements in "entitlements" instead')
  }
  for (const [field, value] of [
    ['accessRequestConfig', role.accessRequestConfig],
    ['revocationRequestConfig', role.revocationRequestConfig],
    ['revokeRequestConfig', role.revokeRequestConfig],
    ['accessModelMetadata', role.accessModelMetadata],
  ] as const) {
    if (asksForSomething(jsonOf(value))) throw refuse(field, 'is not supported here')
  }
  if (role.dimensional === true) throw invalidArgument('dimensional', 'roles have no dimensions here; send false')
}

function jsonOf(value: Value | undefined): JsonValue {
  return value === undefined ? null : toJson(ValueSchema, value)
}

/** Whether the value contains true, a number other than 0, or a text that is not empty. */
function asksForSomething(value: JsonValue): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(asksForSomething)
  return value !== null && value !== false && value !== '' && value !== 0
}
