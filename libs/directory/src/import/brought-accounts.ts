import type { TenantSql } from '@assay/store'
import { CopyIn } from '../copy/copy-in.ts'

/** A login of an identity in an application, as a source names it. */
interface BroughtAccount {
  readonly identityId: string
  readonly applicationId: string
  readonly id: string
  /** Empty: the id. */
  readonly name: string
  readonly isDisabled: boolean
}

/** Sent while the next ones are prepared. */
const bytesAtOnce = 128 * 1024

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
  await sql`
    create temporary table brought_accounts (
      identity_id text not null, application_id text not null, id text not null, name text not null, disabled boolean not null
    ) on commit drop`
  const copy = await CopyIn.open(sql, 'brought_accounts', ['identity_id', 'application_id', 'id', 'name', 'disabled'])
  for (const { identityId, applicationId, id, name, isDisabled } of united(accounts)) {
    copy.rows.row(5)
    for (const text of [identityId, applicationId, id, name]) copy.rows.text(text)
    copy.rows.boolean(isDisabled)
    if (copy.rows.length > bytesAtOnce) await copy.flush()
  }
  await copy.finish()
  await sql`
    insert into accounts (tenant_id, identity_key, application_key, id, name, disabled)
    select ${tenantId}, identities.key, applications.key, brought.id, brought.name, brought.disabled
    from brought_accounts brought
    join identities on identities.id = brought.identity_id
    join applications on applications.id = brought.application_id`
  await sql`drop table brought_accounts`
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
