import type { TenantSql } from '@assay/store'

/** "POLI" */
const lockClass = 0x504f4c49
/** "GIVE" */
const givingClass = 0x47495645
/** "HAND" */
const changeClass = 0x48414e44

// These locks are held until their transactions end. They are taken before any row is locked, so that there are no deadlocks.

/** Held by transactions that obey the policies; any number of them may hold it at a time. */
export async function keepPolicies(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockClass}, ${tenantId})`
}

/** Held by a transaction that changes the policies: it waits for changes that the earlier policies allowed. */
export async function lockPolicies(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}

/**
 * Held by a transaction that gives people access which policies separate, until its result is visible: when two transactions give a person
 * one side each, the second one sees the result of the first. Take it right after `keepPolicies`.
 * @throws aborted when other transactions hold it for longer than `longestWaitMs`
 */
export async function lockGiving(sql: TenantSql, tenantId: number): Promise<void> {
  const [before] = await sql<{ timeout: string }[]>`select current_setting('lock_timeout') as timeout`
  await sql`select set_config('lock_timeout', ${String(longestWaitMs)}, true)`
  await sql`select pg_advisory_xact_lock(${givingClass}, ${tenantId})`
  await sql`select set_config('lock_timeout', ${before?.timeout ?? '0'}, true)`
}

/** Shorter than the minute of a call. An evaluation of all rules of a large tenant takes some seconds. */
const longestWaitMs = 50_000

/**
 * Held by a transaction that compares the present state with the state after its change, so that no other transaction removes an earlier
 * violation meanwhile. Take it after `keepPolicies`, once in each transaction.
 */
export async function lockJudged(sql: TenantSql, tenantId: number, subjectId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${changeClass}, hashtext(${`${tenantId}/${subjectId}`}))`
}
