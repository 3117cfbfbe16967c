import { importedEntitlements, importedPeople, type SaidGrant } from '@assay/directory'
import { isPlaceholder } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { ComposedSource } from '../stored-records.ts'
import { changedGrantRecords } from './grant-records.ts'

/** Removed and added rows of grants, by the ids of their holder and entitlement. */
interface ExactGrants {
  readonly removed: readonly SaidGrant[]
  readonly added: readonly SaidGrant[]
}

interface Changed {
  readonly sources: readonly ComposedSource[]
  /** The sources with changes. */
  readonly changed: readonly ComposedSource[]
  readonly day: string
}

/**
 * Resolves changed rows of grants when each names its account or person, and its entitlement, exactly as in force. People and
 * accounts then need not be combined, since an exact name outranks all others. Undefined when a name is not exact; the composition
 * of all people and accounts then resolves it.
 */
export async function exactGrants(
  sql: TenantSql,
  { sources, changed, day }: Changed,
): Promise<ExactGrants | undefined> {
  if (!(await areAllDescribed(sql, sources))) return undefined
  const removed: SaidGrant[] = []
  const added: SaidGrant[] = []
  for (const source of changed) {
    const forms = await exactForms(sql, sources, source)
    for (const isAdded of [false, true]) {
      const found = await exactRows(sql, source, { forms, isAdded, day })
      if (found === undefined) return undefined
      for (const grant of found) (isAdded ? added : removed).push(grant)
    }
  }
  return { removed, added }
}

/** The forms that find holders exactly, as the texts in the rows. */
interface ExactForms {
  /** Among the accounts of an application. */
  readonly accounts: readonly string[]
  /** Among the people of a source that does not define people; they are its accounts. */
  readonly standing: readonly string[]
  /** Among people, by their ids. */
  readonly people: readonly string[]
}

async function exactForms(
  sql: TenantSql,
  sources: readonly ComposedSource[],
  source: ComposedSource,
): Promise<ExactForms> {
  const forms: Record<keyof ExactForms, string[]> = { accounts: [], standing: [], people: [] }
  const definers = sources.filter(({ definesPeople, counts }) => definesPeople && counts.people > 0)
  const [service] = await sql`
    select from source_account_owners where source_id = ${source.id} and rule = 'service' limit 1`
  // A service account is a person of its source, and its id may equal that of another person.
  const areIdsUnique =
    service === undefined &&
    definers.length === 1 &&
    definers.every(({ forms: { keyNames } }) => !keyNames.includes('id'))
  for (const [form, { holder, entitlement }] of source.forms.grants.entries()) {
    if (entitlement.length > 0 || holder.namesApplication === true) continue
    const [first] = holder.among
    const isById = holder.match.length === 0 || holder.match[0] === 'id'
    if (first === 'accounts') forms.accounts.push(String(form))
    else if (first !== 'identities' || !isById) continue
    else if (!source.definesPeople && source.counts.people > 0) {
      if (service === undefined) forms.standing.push(String(form))
    } else if (areIdsUnique) forms.people.push(String(form))
  }
  return forms
}

interface ExactRow {
  readonly form: string
  readonly holder: string
  readonly application: string
  readonly entitlement: string
  readonly grantedAt: string
  readonly lastUsedAt: string
  readonly ends: string
  readonly identity: string | null
  readonly isKnown: boolean
}

async function exactRows(
  sql: TenantSql,
  source: ComposedSource,
  { forms, isAdded, day }: { readonly forms: ExactForms; readonly isAdded: boolean; readonly day: string },
): Promise<SaidGrant[] | undefined> {
  const { id, name, load, before } = source
  // PostgreSQL has no statistics of rows that were just stored, and single look-ups of a few thousand may take half a minute.
  await sql`select set_config('enable_nestloop', 'off', true)`
  const rows = await sql<ExactRow[]>`
    select c.form, c.holder, c.application, c.entitlement, c."grantedAt", c."lastUsedAt", c.ends,
      coalesce(o.identity_id, p.id) as identity, e.id is not null as "isKnown"
    from (${changedGrantRecords(sql, load, source, before ?? 0, isAdded)}) c
    left join source_account_owners o on o.source_id = ${id} and o.account_id = c.holder and o.identity_id is not null
      and o.application = case when c.form = any (${forms.accounts}::text[]) then c.application
        when c.form = any (${forms.standing}::text[]) then ${name} end
    left join ${importedPeople(sql)} p on p.id = c.holder and c.form = any (${forms.people}::text[])
    left join ${importedEntitlements(sql)} e on e.application_id = c.application and e.id = c.entitlement
    order by c.ordinal`
  await sql`select set_config('enable_nestloop', 'on', true)`
  const grants: SaidGrant[] = []
  for (const { form, holder, application, entitlement, grantedAt, lastUsedAt, ends, identity, isKnown } of rows) {
    if (ends !== '' && ends.slice(0, 10) < day) continue
    const isExact =
      identity !== null && isKnown && application !== '' && [holder, application, entitlement].every(isAsRead)
    if (!isExact || (forms.people.includes(form) && isPlaceholder(holder))) return undefined
    grants.push({
      identityId: identity,
      applicationId: application,
      entitlementId: entitlement,
      sourceId: id,
      grantedAt: grantedAt.trim(),
      lastUsedAt: lastUsedAt.trim(),
    })
  }
  return grants
}

/** Records of files are stored in this form. Records of an import may differ; they are then not resolved exactly. */
function isAsRead(text: string): boolean {
  return text === text.trim().normalize('NFC')
}

/** Whether sources describe all entitlements in force. Other entitlements end with the grants that name them. */
async function areAllDescribed(sql: TenantSql, sources: readonly ComposedSource[]): Promise<boolean> {
  const loads = sources.map(({ recordsLoad }) => recordsLoad)
  const [found] = await sql<{ areSame: boolean }[]>`
    select not exists (
      select from (select distinct application, id from source_entitlements where load_id = any (${loads}::integer[])) d
      full join ${importedEntitlements(sql)} e on e.application_id = d.application and e.id = d.id
      where d.id is null or e.id is null) as "areSame"`
  return found?.areSame ?? false
}
