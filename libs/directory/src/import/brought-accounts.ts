import type { TenantSql } from '@assay/store'

/** A login of an identity in an application, as a source names it. */
interface BroughtAccount {
  readonly identityId: string
  readonly applicationId: string
  readonly id: string
  /** Empty: the id. */
  readonly name: string
  readonly isDisabled: boolean
}

const rowsAtOnce = 5_000

/** Ends the accounts of the import before. */
export async function clearAccounts(sql: TenantSql): Promise<void> {
  await sql`delete from accounts`
}

/**
 * Puts the accounts that sources brought in the place of those before, in the transaction of the commit. An account that two
 * sources bring for one identity is one, disabled only where each of them says so; the first name counts.
 */
export async function replaceAccounts(
  sql: TenantSql,
  tenantId: number,
  accounts: readonly BroughtAccount[],
): Promise<void> {
  await clearAccounts(sql)
  const distinct = united(accounts)
  for (let at = 0; at < distinct.length; at += rowsAtOnce) {
    const batch = distinct.slice(at, at + rowsAtOnce)
    await sql`
      insert into accounts (tenant_id, identity_key, application_key, id, name, disabled)
      select ${tenantId}, identities.key, applications.key, brought.id, brought.name, brought.disabled
      from unnest(${batch.map(({ identityId }) => identityId)}::text[],
        ${batch.map(({ applicationId }) => applicationId)}::text[], ${batch.map(({ id }) => id)}::text[],
        ${batch.map(({ name }) => name)}::text[], ${batch.map(({ isDisabled }) => String(isDisabled))}::text[]::boolean[])
        brought (identity_id, application_id, id, name, disabled)
      join identities on identities.id = brought.identity_id
      join applications on applications.id = brought.application_id`
  }
}

function united(accounts: readonly BroughtAccount[]): BroughtAccount[] {
  const byName = new Map<string, BroughtAccount>()
  for (const account of accounts) {
    const key = `${account.identityId}\0${account.applicationId}\0${account.id}`
    const before = byName.get(key)
    byName.set(key, before === undefined ? account : { ...before, isDisabled: before.isDisabled && account.isDisabled })
  }
  return [...byName.values()]
}
