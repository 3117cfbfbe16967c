import { itemAt, notFound } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import { importOfGrants } from '../relations.ts'
import { type Entitlement, getEntitlement } from './entitlements.ts'
import { type EntitlementDetails, entitlementsByKey } from './lookups.ts'
import { type MembershipGraph, membershipPaths } from './membership-paths.ts'

/** One reason why an identity has an entitlement. */
export interface AccessPath {
  /** From the assigned entitlement to the explained one; a single step when the explained one is assigned. */
  readonly steps: readonly EntitlementDetails[]
  /** How many steps in the middle of a long path are left out. */
  readonly omittedSteps: number
}

interface ExplainedAccess {
  readonly entitlement: Entitlement
  /** The shortest first, then by ids. Empty: the identity does not have the entitlement. */
  readonly paths: readonly AccessPath[]
  readonly hasMorePaths: boolean
}

/** The number of steps shown at each end of a long path. */
const shownSteps = 50

/**
 * Why an identity has an entitlement by the import in force. It also accepts an entitlement that a later import deleted, which no
 * identity has.
 * @throws not_found; failed_precondition when several applications have an entitlement with this id
 */
export async function explainAccess(
  sql: TenantSql,
  identityId: string,
  named: { readonly entitlementId: string; readonly applicationId: string },
  mostPaths: number,
): Promise<ExplainedAccess> {
  const [identity] = await sql<{ key: number }[]>`select key from identities where id = ${identityId}`
  if (identity === undefined) throw notFound('identity', identityId)
  const entitlement = await getEntitlement(sql, named.entitlementId, named.applicationId)
  const { keys, starts, graph } = await graphBetween(sql, identity.key, entitlement.key)
  const target = keys.indexOf(entitlement.key)
  if (target < 0) return { entitlement, paths: [], hasMorePaths: false }
  const { paths, hasMore } = membershipPaths(graph, starts, target, mostPaths)
  const shown = paths.map((path) => withoutMiddle(path.map((node) => itemAt(keys, node))))
  const details = await entitlementsByKey(sql, [...new Set(shown.flatMap(({ steps }) => steps))])
  const detailsOf = (key: number) => details.get(key) ?? []
  return {
    entitlement,
    paths: shown.map(({ steps, omittedSteps }) => ({ steps: steps.flatMap(detailsOf), omittedSteps })),
    hasMorePaths: hasMore,
  }
}

function withoutMiddle(path: readonly number[]): { readonly steps: readonly number[]; readonly omittedSteps: number } {
  const omittedSteps = Math.max(0, path.length - 2 * shownSteps)
  if (omittedSteps === 0) return { steps: path, omittedSteps }
  return { steps: [...path.slice(0, shownSteps), ...path.slice(-shownSteps)], omittedSteps }
}

/**
 * The graph between an identity and an entitlement: the entitlements that the identity has by effective access and that lead to the
 * entitlement, numbered in the order of ids, and the memberships among them.
 */
async function graphBetween(
  sql: TenantSql,
  identityKey: number,
  entitlementKey: number,
): Promise<{ readonly keys: Uint32Array; readonly starts: Uint32Array; readonly graph: MembershipGraph }> {
  const row = onlyRow(
    await sql<{ keys: Buffer; starts: Buffer; holders: Buffer; entitlements: Buffer }[]>`
    with held as materialized (
      select entitlement_key as key from grants
      where import_id = ${importOfGrants(sql)} and identity_key = ${identityKey}
    ),
    inherited as (
      select distinct given.key from held
      join entitlement_groups g on g.key = held.key
      join entitlement_closures c on c.closure = g.closure
      cross join lateral unnest(c.entitlement_keys) given (key)
    ),
    giver as (
      select ${entitlementKey}::integer as key
      union select g.key from entitlement_groups g join entitlement_closures c on c.closure = g.closure
      where ${entitlementKey}::integer = any(c.entitlement_keys)
    ),
    node as materialized (
      select e.key, row_number() over (order by a.id collate "C", e.id collate "C")::integer - 1 as place,
        e.key in (select key from held) as is_held
      from ((select key from held union select key from inherited) intersect select key from giver) both_ways
      join entitlements e using (key) join applications a on a.key = e.application_key
    ),
    member as (
      select holder.place as holder, entitlement.place as entitlement from entitlement_memberships m
      join node holder on holder.key = m.holder_key join node entitlement on entitlement.key = m.entitlement_key
    )
    select coalesce((select string_agg(int4send(key), ''::bytea order by place) from node), '') as keys,
      coalesce((select string_agg(int4send(place), ''::bytea) from node where is_held), '') as starts,
      coalesce((select string_agg(int4send(holder), ''::bytea order by holder, entitlement) from member), '') as holders,
      coalesce((select string_agg(int4send(entitlement), ''::bytea order by holder, entitlement) from member), '')
        as entitlements`,
  )
  const keys = numbers(row.keys)
  const graph = { count: keys.length, holder: numbers(row.holders), entitlement: numbers(row.entitlements) }
  return { keys, starts: numbers(row.starts), graph }
}

/** 32-bit numbers, the highest byte first. */
function numbers(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.length / 4).map((_, i) => bytes.readUInt32BE(i * 4))
}
