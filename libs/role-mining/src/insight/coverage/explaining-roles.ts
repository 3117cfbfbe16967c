import { createHash } from 'node:crypto'
import { itemAt } from '@assay/errors'
import type { ResidualRole, RoleInForce, Snapshot } from '@assay/mining'
import { type AcceptedProfile, acceptedProfiles, profilesVersion } from '@assay/profiles'
import { onlyRow, type TenantSql } from '@assay/store'
import type { CohortFilter } from '../../cohort-filters.ts'

/** A potential role that a user saved, by keys of the directory. */
export interface SavedPotentialRole {
  readonly id: string
  readonly name: string
  /** Whole percents. */
  readonly quality: number
  readonly identityKeys: readonly number[]
  readonly entitlementKeys: readonly number[]
}

/** The name of a role that explains grants. */
export interface ExplainingRole {
  readonly kind: 'suggestion' | 'potential_role' | 'profile'
  readonly id: string
  readonly name: string
}

/** Accepted profiles and open candidates, each in the order in which they are checked for a grant, with their names. */
interface ExplainingRoles {
  readonly accepted: readonly RoleInForce[]
  readonly open: readonly ResidualRole[]
  /** The names of both lists, accepted profiles first. */
  readonly names: readonly ExplainingRole[]
}

/** The most suggestions and saved roles that are checked. */
export const mostOpen = 2000

interface OpenSuggestion {
  readonly id: string
  readonly name: string
  readonly confidence: number
  readonly filters: readonly CohortFilter[]
  readonly keys: readonly number[]
}

/**
 * The roles that explain grants: accepted profiles, those with the most members first, then NEW suggestions and saved potential roles by
 * confidence (for a potential role its quality as a share). Equal ones are sorted by id.
 */
export async function explainingRoles(
  sql: TenantSql,
  snapshot: Snapshot,
  saved: readonly SavedPotentialRole[],
): Promise<ExplainingRoles> {
  const profiles = await acceptedProfiles(sql)
  const suggestions = await openSuggestions(sql)
  const identities = ordinalsByKey(snapshot.identityKey)
  const entitlements = ordinalsByKey(snapshot.entitlementKey)
  const open = [
    ...suggestions.map((one) => ({ kind: 'suggestion' as const, ...one })),
    ...saved.map((one) => ({ kind: 'potential_role' as const, confidence: one.quality / 100, ...one })),
  ].sort((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1))
  return {
    accepted: profiles.map(({ memberKeys, entitlementKeys }) => ({
      members: identities(memberKeys),
      entitlements: entitlements(entitlementKeys),
    })),
    open: open.map((one) =>
      one.kind === 'suggestion'
        ? { filters: presentFilters(snapshot, one.filters), entitlements: entitlements(one.keys) }
        : { members: identities(one.identityKeys), entitlements: entitlements(one.entitlementKeys) },
    ),
    names: [...profiles.map(profileName), ...open.map(({ kind, id, name }) => ({ kind, id, name }))],
  }
}

function profileName({ id, displayName }: AcceptedProfile): ExplainingRole {
  return { kind: 'profile', id, name: displayName }
}

function openSuggestions(sql: TenantSql): Promise<OpenSuggestion[]> {
  return sql<OpenSuggestion[]>`
    select id, suggested_name as name, confidence, cohort_filters as filters,
      array(select (one ->> 'key')::integer from jsonb_array_elements(entitlements) one) as keys
    from role_mining_suggestions where state = 'new' order by confidence desc, id limit ${mostOpen}`
}

/** An attribute that the data in force no longer have matches nobody: a condition without values selects no people. */
function presentFilters({ attributes }: Snapshot, filters: readonly CohortFilter[]): readonly CohortFilter[] {
  const known = new Set(attributes.map(({ key }) => key))
  if (filters.every(({ attribute }) => known.has(attribute))) return filters
  return [{ attribute: attributes[0]?.key ?? '', values: [] }]
}

/** Ordinals of keys, ascending; keys that the snapshot does not have are left out. */
function ordinalsByKey(keys: Int32Array): (wanted: ArrayLike<number>) => Uint32Array {
  const ordinals = new Map<number, number>()
  for (let i = 0; i < keys.length; i++) ordinals.set(itemAt(keys, i), i)
  return (wanted) => {
    const found = new Uint32Array(wanted.length)
    let count = 0
    for (let i = 0; i < wanted.length; i++) {
      const ordinal = ordinals.get(itemAt(wanted, i))
      if (ordinal !== undefined) found[count++] = ordinal
    }
    return found.slice(0, count).sort()
  }
}

/** Changes with the roles that explain grants, except saved roles. */
export async function explainingRolesVersion(sql: TenantSql): Promise<string> {
  const row = onlyRow(
    await sql<{ version: string }[]>`
    select concat_ws('/', count(*) filter (where state = 'new'), max(updated_at), max(last_generated_at)) as version
    from role_mining_suggestions`,
  )
  return `${row.version}|${await profilesVersion(sql)}`
}

/** Changes with each edit of a saved role, also when one entitlement or person replaces another. */
export function savedVersion(saved: readonly SavedPotentialRole[]): string {
  const hash = createHash('sha256')
  for (const { id, name, quality, identityKeys, entitlementKeys } of saved) {
    hash.update(JSON.stringify([id, name, quality, identityKeys.length]))
    hash.update(Int32Array.from(identityKeys))
    hash.update(Int32Array.from(entitlementKeys))
  }
  return hash.digest('base64')
}
