import {
  applicationKeys,
  entitlementsInIdOrder,
  privilegedEntitlements,
  usageReach,
  usersOfApplications,
} from '@assay/directory'
import { itemAt } from '@assay/errors'
import { noPolicies, type PoliciesInForce, type Snapshot, whatGives } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { keepPolicies, lockGiving } from './lock-policies.ts'
import { type PolicySettings, type Severity, severities } from './policy.ts'
import { protectedKeys } from './refuse-forbidding-everything.ts'
import { newestDayOf, today, type UnusedRule, unusedGrants } from './unused-grants.ts'

/** The name of a policy in force, to report its effects. */
export interface PolicyName {
  readonly id: string
  readonly displayName: string
}

/** The policies in force for one snapshot. The engine's lists refer to policies by their index in `names`. */
export interface CompiledPolicies {
  readonly names: readonly PolicyName[]
  readonly inForce: PoliciesInForce
  readonly separation: readonly {
    readonly policy: number
    readonly severity: Severity
    readonly sides: Uint8Array
    /** Keys of the identities with an exception today. */
    readonly excepted: ReadonlySet<number>
  }[]
  readonly unused: readonly UnusedRule[]
  readonly namePatterns: readonly { readonly policy: number; readonly pattern: string }[]
  /** Changes whenever the policies, the risk levels or the exceptions in force change. */
  readonly version: string
}

interface StoredPolicy extends PolicyName {
  readonly kind: PolicySettings['kind']
  readonly settings: Omit<PolicySettings, 'kind'>
  readonly firstKeys: readonly number[]
  readonly secondKeys: readonly number[]
  readonly revision: number
}

/** The last compiled policies of each snapshot that is in use: checking a day of use for each of ten million grants takes a while. */
const remembered = new WeakMap<Snapshot, CompiledPolicies>()

/**
 * The policies in force; undefined when there are none. Policies of separation are sorted by severity, the highest first, then by id; all
 * others by id.
 */
export async function policiesInForce(sql: TenantSql, snapshot: Snapshot): Promise<CompiledPolicies | undefined> {
  if (!(await hasPolicies(sql))) return undefined
  const version = await versionOf(sql)
  const known = remembered.get(snapshot)
  if (known?.version === version) return known
  const compiled = await compile(sql, snapshot, version)
  remembered.set(snapshot, compiled)
  return compiled
}

/**
 * The policies in force, for a change that obeys them in the same transaction: they do not change until it is committed. When they separate
 * duties, such changes of a tenant wait for each other. Call it before any row is locked.
 * @returns undefined when there are none
 */
export async function holdPolicies(
  sql: TenantSql,
  tenantId: number,
  snapshot: Snapshot,
): Promise<CompiledPolicies | undefined> {
  await keepPolicies(sql, tenantId)
  const compiled = await policiesInForce(sql, snapshot)
  if (compiled !== undefined && compiled.separation.length > 0) await lockGiving(sql, tenantId)
  return compiled
}

async function compile(sql: TenantSql, snapshot: Snapshot, version: string): Promise<CompiledPolicies> {
  const stored = await sql<StoredPolicy[]>`
    select id, display_name as "displayName", kind, settings, first_keys as "firstKeys", second_keys as "secondKeys",
      revision
    from policies where enabled order by id`
  const exceptions = await exceptionsInForce(sql)
  const compiler = new Compiler(sql, snapshot)
  for (const [place, policy] of stored.entries()) {
    const settings = { kind: policy.kind, ...policy.settings } as PolicySettings
    await compiler.add(place, policy, settings, exceptions.get(policy.id) ?? new Set())
  }
  return {
    names: stored.map(({ id, displayName }) => ({ id, displayName })),
    ...(await compiler.finish()),
    version,
  }
}

/** Whether at least one policy is in force. */
export async function hasPolicies(sql: TenantSql): Promise<boolean> {
  const [row] = await sql`select from policies where enabled limit 1`
  return row !== undefined
}

/** Changes whenever the policies in force change, or the data besides the snapshot on which they depend. */
async function versionOf(sql: TenantSql): Promise<string> {
  const [row] = await sql<{ version: string }[]>`
    select concat_ws('/',
      (select string_agg(id::text || ':' || revision, ',' order by id) from policies where enabled),
      (select count(*) from policy_exceptions where expires_at > now()),
      (select array_to_string(levels, ',') from risk_levels)) as version`
  return row?.version ?? ''
}

async function exceptionsInForce(sql: TenantSql): Promise<ReadonlyMap<string, Set<number>>> {
  const rows = await sql<{ id: string; keys: number[] }[]>`
    select policy_id as id, array_agg(identity_key) as keys from policy_exceptions
    where expires_at > now() group by policy_id`
  return new Map(rows.map(({ id, keys }) => [id, new Set(keys)]))
}

class Compiler {
  readonly #sql: TenantSql
  readonly #snapshot: Snapshot
  readonly #ordinalOf: ReadonlyMap<number, number>
  readonly #protection: PoliciesInForce['protection'][number][] = []
  readonly #separation: CompiledPolicies['separation'][number][] = []
  readonly #budgets: PoliciesInForce['budgets'][number][] = []
  readonly #sizes: PoliciesInForce['sizes'][number][] = []
  readonly #unused: UnusedRule[] = []
  readonly #namePatterns: CompiledPolicies['namePatterns'][number][] = []

  constructor(sql: TenantSql, snapshot: Snapshot) {
    this.#sql = sql
    this.#snapshot = snapshot
    this.#ordinalOf = new Map(Array.from(snapshot.entitlementKey, (key, ordinal) => [key, ordinal]))
  }

  async add(
    policy: number,
    { firstKeys, secondKeys }: StoredPolicy,
    settings: PolicySettings,
    excepted: ReadonlySet<number>,
  ): Promise<void> {
    switch (settings.kind) {
      case 'protected_access': {
        const isProtected = this.#giving(await protectedKeys(this.#sql, settings, firstKeys))
        this.#protection.push({ policy, isProtected, leastCoverage: settings.fromCoverageBasisPoints })
        return
      }
      case 'separation_of_duties': {
        const sides = this.#giving(firstKeys)
        const second = this.#giving(secondKeys)
        for (let e = 0; e < sides.length; e++) sides[e]! |= second[e]! << 1
        this.#separation.push({ policy, severity: settings.severity, sides, excepted })
        return
      }
      case 'unused_access':
        this.#unused.push(await unusedRule(this.#sql, this.#snapshot, policy, settings, await this.#newestDay()))
        return
      case 'over_grant_budget': {
        const { mostBasisPoints: mostShare, mostGrants, privilegedWeight } = settings
        this.#budgets.push({ policy, mostShare, mostGrants, privilegedWeight })
        return
      }
      case 'size_and_naming': {
        const { fewestMembers, fewestEntitlements, namePattern } = settings
        if (fewestMembers > 1 || fewestEntitlements > 1) this.#sizes.push({ policy, fewestMembers, fewestEntitlements })
        if (namePattern !== '') this.#namePatterns.push({ policy, pattern: namePattern })
      }
    }
  }

  /** One pass over all grants, for all policies. */
  async #newestDay(): Promise<number> {
    const [first] = this.#unused
    if (first !== undefined) return first.newestDay
    const reach = await usageReach(this.#sql)
    const reachDay = reach === undefined ? 0 : Math.floor(Date.parse(`${reach}T00:00:00Z`) / 86_400_000)
    return newestDayOf(this.#snapshot, reachDay, today())
  }

  async finish(): Promise<Omit<CompiledPolicies, 'names' | 'version'>> {
    const separation = this.#separation.toSorted(
      (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || a.policy - b.policy,
    )
    const breaksTies = separation.length > 0 || this.#budgets.length > 0
    const none = noPolicies(this.#snapshot.entitlementCount)
    return {
      inForce: {
        protection: this.#protection,
        separation: separation.map(({ policy, sides }) => ({ policy, sides })),
        budgets: this.#budgets,
        sizes: this.#sizes,
        unused: this.#unused.length === 0 ? undefined : unusedGrants(this.#snapshot, this.#unused),
        isPrivileged: this.#budgets.some(({ privilegedWeight }) => privilegedWeight > 1)
          ? this.#marked(await privilegedEntitlements(this.#sql))
          : none.isPrivileged,
        idRank: breaksTies ? this.#ranks(await entitlementsInIdOrder(this.#sql)) : none.idRank,
      },
      separation,
      unused: this.#unused,
      namePatterns: this.#namePatterns,
    }
  }

  /** 1 for entitlements of the snapshot and for the groups that give one of them. Nobody holds an entitlement that was removed. */
  #giving(keys: Iterable<number>): Uint8Array {
    return whatGives(this.#snapshot.closure, this.#marked(keys))
  }

  #marked(keys: Iterable<number>): Uint8Array {
    const marked = new Uint8Array(this.#snapshot.entitlementCount)
    for (const key of keys) {
      const ordinal = this.#ordinalOf.get(key)
      if (ordinal !== undefined) marked[ordinal] = 1
    }
    return marked
  }

  #ranks(keysInOrder: readonly number[]): Uint32Array {
    const ranks = new Uint32Array(this.#snapshot.entitlementCount)
    for (const [rank, key] of keysInOrder.entries()) {
      const ordinal = this.#ordinalOf.get(key)
      if (ordinal !== undefined) ranks[ordinal] = rank
    }
    return ranks
  }
}

const usageWindowDays = 90

async function unusedRule(
  sql: TenantSql,
  snapshot: Snapshot,
  policy: number,
  settings: Extract<PolicySettings, { kind: 'unused_access' }>,
  newestDay: number,
): Promise<UnusedRule> {
  const { days, applicationIds, completeUsageApplicationIds } = settings
  const keys = await applicationKeys(sql, [...applicationIds, ...completeUsageApplicationIds])
  const ordinalOf = new Map(Array.from(snapshot.applicationKey, (key, ordinal) => [key, ordinal]))
  const ordinals = (ids: readonly string[]) => ids.flatMap((id) => ordinalOf.get(keys.get(id) ?? -1) ?? [])
  const inScope = new Uint8Array(snapshot.applicationCount).fill(applicationIds.length === 0 ? 1 : 0)
  for (const application of ordinals(applicationIds)) inScope[application] = 1
  // Usage is imported for 90 days: it cannot show that something was not used for longer.
  const complete = days <= usageWindowDays ? ordinals(completeUsageApplicationIds) : []
  const users = await usersOfApplications(
    sql,
    complete.map((application) => itemAt(snapshot.applicationKey, application)),
  )
  return {
    policy,
    days,
    inScope,
    newestDay,
    // An application without any usage in the data says nothing about its people.
    users: new Map(
      complete.flatMap((application) => {
        const used = users.get(itemAt(snapshot.applicationKey, application))
        return used === undefined ? [] : [[application, new Set(used)] as const]
      }),
    ),
  }
}
