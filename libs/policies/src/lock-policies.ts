import type { TenantSql } from '@assay/store'

/** "POLI" */
const lockClass = 0x504f4c49
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
 * Held by who compares something as it is with what a change makes of it, so that nothing is held for what stood there before that
 * another one takes away meanwhile. Taken after `keepPolicies`, one for each transaction.
 */
export async function lockJudged(sql: TenantSql, tenantId: number, subjectId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${changeClass}, hashtext(${`${tenantId}/${subjectId}`}))`
}
