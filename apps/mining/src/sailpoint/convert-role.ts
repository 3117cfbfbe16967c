import { type Role, RoleSchema } from '@assay/contracts/sailpoint/roles/v1/role_pb'
import { identityNamesById, listAttributes } from '@assay/directory'
import {
  type AccessProfile,
  conditionOfRule,
  entitlementsOfProfiles,
  type GivenEntitlement,
  membersOfProfiles,
  type NamedMember,
  ownerIdOf,
} from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { create, fromJson } from '@bufbuild/protobuf'
import { ValueSchema } from '@bufbuild/protobuf/wkt'
import { nobodyKnown, reference } from './reference.ts'
import { toCriteria } from './role-criteria.ts'

/** The most members that a role shows in a list, and in the answer about one role. */
const mostMembersInList = 500
const mostMembersOfOne = 10_000
/** The most members in one list: a page of 250 roles stays below a few megabytes. */
const mostMembersOfPage = 20_000

/** Roles as SailPoint's API shows them, in the order of `profiles`. The data of all of them are read together. */
export async function toRoleMessages(
  sql: TenantSql,
  profiles: readonly AccessProfile[],
  mostMembers = mostMembersInList,
): Promise<Role[]> {
  const ids = profiles.map(({ id }) => id)
  const named = namedMembers(profiles, mostMembers)
  const [owners, given, members, lists] = await Promise.all([
    identityNamesById(sql, [...new Set(profiles.map(ownerIdOf))]),
    entitlementsOfProfiles(sql, ids),
    membersOfProfiles(sql, [...named]),
    listAttributes(sql),
  ])
  return profiles.map((profile) =>
    create(RoleSchema, {
      ...ownMembers(profile),
      owner: ownerOf(profile, owners),
      entitlements: (given.get(profile.id) ?? []).map(toEntitlementReference),
      ...withMembership(profile, lists, named.has(profile.id) ? members.get(profile.id) : undefined),
    }),
  )
}

/** One role, with more of its members than in a list. */
export async function toRoleMessage(sql: TenantSql, profile: AccessProfile): Promise<Role> {
  const [role] = await toRoleMessages(sql, [profile], mostMembersOfOne)
  return role as Role
}

/** The profiles whose members are shown: those without a rule and with few enough members. */
function namedMembers(profiles: readonly AccessProfile[], most: number): ReadonlySet<string> {
  const named = new Set<string>()
  let left = Math.max(most, mostMembersOfPage)
  for (const { id, automationEnabled, memberCount } of profiles) {
    if (automationEnabled || memberCount === 0 || memberCount > most || memberCount > left) continue
    left -= memberCount
    named.add(id)
  }
  return named
}

function ownMembers(profile: AccessProfile) {
  return {
    id: profile.id,
    name: profile.displayName,
    created: profile.createdAt.toISOString(),
    modified: profile.updatedAt.toISOString(),
    description: profile.description === '' ? undefined : profile.description,
    enabled: profile.enabled,
    requestable: profile.published,
    dimensional: false,
    accessModelMetadata: noMetadata,
  }
}

const noMetadata = fromJson(ValueSchema, { attributes: [] })

/** SailPoint's clients read the members of the owner without a check, so an owner is always present. */
function ownerOf(profile: AccessProfile, names: ReadonlyMap<string, string>) {
  const id = ownerIdOf(profile)
  const name = names.get(id)
  if (name !== undefined) return reference('IDENTITY', id, name)
  // The creator may be a client, but the owner must be an identity.
  return profile.ownerId === '' ? nobodyKnown() : reference('IDENTITY', id, null)
}

function toEntitlementReference({ id, displayName }: GivenEntitlement) {
  return reference('ENTITLEMENT', id, displayName === '' ? id : displayName)
}

function withMembership(
  { automationEnabled, celExpression, memberCount }: AccessProfile,
  lists: ReadonlySet<string>,
  members: readonly NamedMember[] | undefined,
) {
  if (automationEnabled) {
    const condition = conditionOfRule(celExpression, lists)
    const criteria = condition && toCriteria(condition)
    // Without `membership`, the criteria cannot be expressed; the members are in the list of assigned identities.
    return criteria === undefined ? {} : { membership: { type: 'STANDARD', criteria } }
  }
  if (memberCount === 0) return {}
  return { membership: { type: 'IDENTITY_LIST', identities: (members ?? []).map(toMember) } }
}

function toMember({ id, displayName, username }: NamedMember) {
  return { type: 'IDENTITY', id, name: displayName || username || id, aliasName: username || id }
}
