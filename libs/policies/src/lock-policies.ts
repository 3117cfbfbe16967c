import type { TenantSql } from '@assay/store'

/** "POLI" */
const lockClass = 0x504f4c49
/** "GIVE" */
const givingClass = 0x47495645
/** "HAND" */
const changeClass = 0x48414e44

// Until their transactions end. Taken before any row is locked, so that nobody waits in a circle.

/** Held by whoever obeys the policies; any number hold it at a time. */
export async function keepPolicies(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockClass}, ${tenantId})`
}

/** Held by whoever changes the policies: waits for changes that were allowed by the ones before. */
export async function lockPolicies(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}

/**
 * Held by who gives people something that policies separate, until what was given can be seen: of two who would give somebody one half
 * each, the second sees what the first gave. Taken right after `keepPolicies`.
 * @throws aborted when others give for longer than `longestWaitMs`
 */
export async function lockGiving(sql: TenantSql, tenantId: number): Promise<void> {
  const [before] = await sql<{ timeout: string }[]>`select current_setting('lock_timeout') as timeout`
  await sql`select set_config('lock_timeout', ${String(longestWaitMs)}, true)`
  await sql`select pg_advisory_xact_lock(${givingClass}, ${tenantId})`
  await sql`select set_config('lock_timeout', ${before?.timeout ?? '0'}, true)`
}

/** Less than the minute of a call. An evaluation of all rules of a large tenant takes some seconds. */
const longestWaitMs = 50_000

/**
 * Held by who compares something as it is with what a change makes of it, so that nothing is held for what stood there before that
 * another one takes away meanwhile. Taken after `keepPolicies`, one for each transaction.
 */
export async function lockJudged(sql: TenantSql, tenantId: number, subjectId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${changeClass}, hashtext(${`${tenantId}/${subjectId}`}))`
}
