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

/** Accounts of one person that are compared one by one; those of whom has more are looked up. */
const fewAccounts = 16

/** A name of each would be a text of its own for half a million accounts, of which hardly any two are one. */
function united(accounts: readonly BroughtAccount[]): BroughtAccount[] {
  const all: BroughtAccount[] = []
  const ofPeople = new Map<string, number[]>()
  const ofMany = new Map<string, number>()
  const nameOf = (place: number) => {
    const account = all[place]
    return `${account?.identityId}\0${account?.applicationId}\0${account?.id}`
  }
  for (const account of accounts) {
    const { identityId, applicationId, id } = account
    let own = ofPeople.get(identityId)
    if (own === undefined) {
      own = []
      ofPeople.set(identityId, own)
    }
    const isSame = (place: number) => all[place]?.id === id && all[place].applicationId === applicationId
    const known = own.length > fewAccounts ? ofMany.get(`${identityId}\0${applicationId}\0${id}`) : own.find(isSame)
    const before = known === undefined ? undefined : all[known]
    if (known !== undefined && before !== undefined) {
      all[known] = { ...before, isDisabled: before.isDisabled && account.isDisabled }
      continue
    }
    own.push(all.length)
    all.push(account)
    if (own.length === fewAccounts + 1) for (const place of own) ofMany.set(nameOf(place), place)
    else if (own.length > fewAccounts) ofMany.set(nameOf(all.length - 1), all.length - 1)
  }
  return all
}
