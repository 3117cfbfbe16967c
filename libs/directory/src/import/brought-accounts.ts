import type { TenantSql } from '@assay/store'
import { CopyIn } from '../copy/copy-in.ts'

/** A login of an identity in an application, from a source. */
interface BroughtAccount {
  readonly identityId: string
  readonly applicationId: string
  readonly id: string
  /** Empty: the id is the name. */
  readonly name: string
  readonly isDisabled: boolean
}

/** The size of the batches that are sent while the next rows are prepared. */
const bytesAtOnce = 128 * 1024

/** Deletes the accounts of the previous import. */
export async function clearAccounts(sql: TenantSql): Promise<void> {
  await sql`delete from accounts`
}

/**
 * Replaces the accounts of the previous import with the accounts from the sources, in the transaction of the commit. When two
 * sources bring the same account of one identity, it is stored once. It is disabled only if both sources say so, and has the first
 * name.
 */
export async function replaceAccounts(
  sql: TenantSql,
  tenantId: number,
  accounts: Iterable<BroughtAccount>,
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

/** In the order of each account's first occurrence. */
function united(accounts: Iterable<BroughtAccount>): BroughtAccount[] {
  const all: BroughtAccount[] = []
  // Maps within a map: one key made of three texts would cost a new text for each account.
  const placesOf = new Map<string, Map<string, number | readonly number[]>>()
  for (const account of accounts) {
    const { identityId, applicationId, id, isDisabled } = account
    let places = placesOf.get(applicationId)
    if (places === undefined) {
      places = new Map()
      placesOf.set(applicationId, places)
    }
    // One place for each identity that has the login.
    const known = places.get(id) ?? []
    const held = typeof known === 'number' ? [known] : known
    const place = held.find((one) => all[one]?.identityId === identityId)
    const before = place === undefined ? undefined : all[place]
    if (place !== undefined && before !== undefined) {
      all[place] = { ...before, isDisabled: before.isDisabled && isDisabled }
      continue
    }
    const added = all.push(account) - 1
    places.set(id, held.length === 0 ? added : [...held, added])
  }
  return all
}
