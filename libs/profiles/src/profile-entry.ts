import { entitlementsByKey, loadInForce } from '@assay/directory'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { changeable, differingMembers } from './changeable-members.ts'
import { etagOf } from './profile-etag.ts'

/** A change of a profile, for the ledger; see `recordEntry`. */
interface ProfileEntry {
  /** `profile.` and the verb. */
  readonly kind: string
  readonly before?: unknown
  readonly after?: unknown
  readonly facts?: Readonly<Record<string, unknown>>
  readonly people?: readonly string[]
  readonly version?: string
}

/** Records a change of a profile, with the load in force at the decision. */
export async function recordProfile(sql: TenantSql, profileId: string, entry: ProfileEntry): Promise<void> {
  const load = await loadInForce(sql)
  await recordEntry(sql, { ...entry, subject: { type: 'profile', id: profileId }, ...(load !== undefined && { load }) })
}

/** Records the members that differ between a profile before and after a change. */
export async function recordProfileChange(sql: TenantSql, before: AccessProfile, after: AccessProfile): Promise<void> {
  const differing = differingMembers(before, after)
  const members = (profile: AccessProfile) => Object.fromEntries(differing.map((name) => [name, profile[name]]))
  await recordProfile(sql, before.id, {
    kind: 'profile.update',
    before: members(before),
    after: members(after),
    facts: { changed: differing },
    version: etagOf(before),
  })
}

/** Entitlements by the customer's ids, in the order of their keys. */
export async function entitlementNames(sql: TenantSql, keys: readonly number[]): Promise<string[]> {
  const known = await entitlementsByKey(sql, keys)
  return [...keys]
    .sort((a, b) => a - b)
    .flatMap((key) => {
      const found = known.get(key)
      return found === undefined ? [] : [`${found.applicationId}/${found.id}`]
    })
}

/** The whole profile, for the entry of its deletion. */
export async function profileInWhole(sql: TenantSql, profile: AccessProfile): Promise<object> {
  const given = await sql<{ key: number }[]>`
    select entitlement_key as key from access_profile_entitlements where profile_id = ${profile.id}`
  return {
    ...Object.fromEntries(changeable.map((name) => [name, profile[name]])),
    memberCount: profile.memberCount,
    entitlements: await entitlementNames(
      sql,
      given.map(({ key }) => key),
    ),
  }
}
