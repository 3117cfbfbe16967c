import {
  countEnabledIdentities,
  countEntitlements,
  presentEntitlements,
  privilegedEntitlements,
} from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import type { CheckedPolicy } from './check-policy.ts'
import type { PolicySettings } from './policy.ts'
import { entitlementsFromRisk } from './risk-levels.ts'

type Protecting = Extract<PolicySettings, { kind: 'protected_access' }>

/** Keys of the entitlements that a policy protects: named and privileged ones, and those of a risk level and above. */
export async function protectedKeys(
  sql: TenantSql,
  { privileged, fromRiskLevel }: Protecting,
  named: readonly number[],
): Promise<ReadonlySet<number>> {
  return new Set([
    ...named,
    ...(privileged ? await privilegedEntitlements(sql) : []),
    ...(fromRiskLevel === '' ? [] : await entitlementsFromRisk(sql, fromRiskLevel)),
  ])
}

/**
 * Refuses a policy that, together with the other policies in force and the present data, would allow no proposals any more.
 * @param id the id of the policy, if it exists already
 * @throws invalid_argument
 */
export async function refuseForbiddingEverything(sql: TenantSql, policy: CheckedPolicy, id?: string): Promise<void> {
  const { settings, enabled, firstKeys } = policy
  if (!enabled) return
  if (settings.kind === 'size_and_naming' && settings.fewestMembers > 0) {
    const people = await countEnabledIdentities(sql)
    if (people > 0 && settings.fewestMembers > people)
      throw invalidArgument(
        'size_and_naming.fewest_members',
        `${settings.fewestMembers} is more than the ${people} enabled identities: nothing could be proposed`,
      )
  }
  if (settings.kind !== 'protected_access' || settings.fromCoverageBasisPoints !== undefined) return
  const others = await sql<{ settings: Omit<Protecting, 'kind'>; keys: number[] }[]>`
    select settings, first_keys as keys from policies
    where kind = 'protected_access' and enabled and id is distinct from ${id ?? null}::uuid`
  const all = new Set(await protectedKeys(sql, settings, firstKeys))
  for (const other of others) {
    if (other.settings.fromCoverageBasisPoints !== undefined) continue
    for (const key of await protectedKeys(sql, { kind: 'protected_access', ...other.settings }, other.keys))
      all.add(key)
  }
  const present = await countEntitlements(sql)
  if (present === 0 || all.size < present) return
  // A policy may still name entitlements that were removed.
  const { gone } = onlyRow(
    await sql<{ gone: number }[]>`
    select count(*)::integer as gone from unnest(${[...all]}::integer[]) as named (key)
    where not exists (select from ${presentEntitlements(sql)} present where present.key = named.key)`,
  )
  if (all.size - gone < present) return
  throw invalidArgument(
    'protected_access',
    `with it all ${present} entitlements would be protected${others.length > 0 ? ', together with the other policies' : ''}: nothing could be proposed. Protect fewer, or from a coverage on`,
  )
}
