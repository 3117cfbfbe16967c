import { identityExists } from '@assay/directory'
import { notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import type { PageTokens, TenantSql } from '@assay/store'
import { askForComposition } from './ask-for-composition.ts'
import { sourceKey } from './sources.ts'

/** A login in one application. */
export interface Account {
  readonly source: string
  readonly application: string
  readonly id: string
  readonly displayName: string
  readonly email: string
  /** By the composition in force; undefined for an orphan. */
  readonly identityId: string | undefined
  /** The rule or link that assigned it to the identity; empty for an orphan. */
  readonly rule: string
}

interface AccountRow {
  ordinal: number
  application: string
  id: string
  display_name: string | null
  email: string | null
  identity_id: string | null
  rule: string | null
}

/** The accounts of the newest load of a source, in the order of the load. */
export async function listAccounts(
  sql: TenantSql,
  tenantId: number,
  source: string,
  page: { readonly pageSize: number; readonly pageToken: string; readonly tokens: PageTokens },
): Promise<{ readonly accounts: readonly Account[]; readonly nextPageToken: string }> {
  const query = { list: 'accounts', tenantId, source }
  const after = page.tokens.decode(query, page.pageToken)?.[0] ?? -1
  const id = await sourceKey(sql, source)
  const rows = await sql<AccountRow[]>`
    ${accountColumns(sql, id, source)} where a.ordinal > ${after} order by a.ordinal limit ${page.pageSize + 1}`
  const shown = rows.slice(0, page.pageSize)
  const last = rows.length > page.pageSize ? shown.at(-1) : undefined
  return {
    accounts: shown.map((row) => accountOf(source, row)),
    nextPageToken: last === undefined ? '' : page.tokens.encode(query, [last.ordinal]),
  }
}

/** An account is identified by its source, its application and its id. */
interface AccountName {
  readonly source: string
  readonly application: string
  readonly id: string
}

/** Links an account to an identity, whatever the rules of correlation find, and requests a composition. */
export async function linkAccount(
  sql: TenantSql,
  tenantId: number,
  account: AccountName,
  identityId: string,
  by: string,
): Promise<Account> {
  const { application, id } = account
  const source = await sourceKey(sql, account.source)
  await getAccount(sql, source, account)
  if (!(await identityExists(sql, identityId))) throw notFound('identity', identityId)
  const linked = await sql`
    insert into source_account_links as l (tenant_id, source_id, application, account_id, identity_id, created_by)
    values (${tenantId}, ${source}, ${application}, ${id}, ${identityId}, ${by})
    on conflict (source_id, application, account_id) do update
      set identity_id = excluded.identity_id, created_by = excluded.created_by, created_at = now()
      where l.identity_id <> excluded.identity_id`
  if (linked.count > 0) {
    await askForComposition(sql, tenantId)
    await recordAccount(sql, account, 'account.link', identityId)
  }
  return getAccount(sql, source, account)
}

/** Removes a link that a user made, and requests a composition. */
export async function unlinkAccount(sql: TenantSql, tenantId: number, account: AccountName): Promise<Account> {
  const source = await sourceKey(sql, account.source)
  const found = await getAccount(sql, source, account)
  const [removed] = await sql<{ owner: string }[]>`
    delete from source_account_links
    where source_id = ${source} and application = ${account.application} and account_id = ${account.id}
    returning identity_id as owner`
  if (removed !== undefined) {
    await askForComposition(sql, tenantId)
    await recordAccount(sql, account, 'account.unlink', removed.owner)
  }
  return found
}

/** The entry is personal, since the name of an account may identify a person. */
async function recordAccount(sql: TenantSql, account: AccountName, kind: string, owner: string): Promise<void> {
  const { source, application, id } = account
  const subject = { type: 'account', id: `${source}/${application}/${id}`, isPersonal: true }
  await recordEntry(sql, { kind, subject, people: [owner] })
}

async function getAccount(
  sql: TenantSql,
  sourceId: number,
  { source, application, id }: AccountName,
): Promise<Account> {
  const [row] = await sql<AccountRow[]>`
    ${accountColumns(sql, sourceId, source)} where a.application = ${application} and a.id = ${id}`
  if (row === undefined) throw notFound('account', `${source} ${application} ${id}`)
  return accountOf(source, row)
}

/**
 * Columns of an account of the newest load. The people of a source that does not define people are accounts of an application with
 * the source's name.
 */
function accountColumns(sql: TenantSql, sourceId: number, source: string) {
  return sql`
    select a.ordinal, a.application, a.id, a.record -> 'fields' ->> 'display_name' as display_name,
      a.record -> 'fields' ->> 'email' as email, o.identity_id, o.rule
    from (
      select a.ordinal, a.application, a.id, a.record
      from source_accounts a join sources s on s.records_load_id = a.load_id where s.id = ${sourceId}
      union all
      select p.ordinal + 1000000000, ${source}::text, p.id, p.record
      from source_people p join sources s on s.records_load_id = p.load_id where s.id = ${sourceId} and not s.defines_people
    ) a
    left join source_account_owners o
      on o.source_id = ${sourceId} and o.application = a.application and o.account_id = a.id`
}

function accountOf(source: string, row: AccountRow): Account {
  return {
    source,
    application: row.application,
    id: row.id,
    displayName: row.display_name ?? '',
    email: row.email ?? '',
    identityId: row.identity_id ?? undefined,
    rule: row.rule ?? '',
  }
}
