import type { Fragment, TenantSql } from '@assay/store'
import { type Actor, currentActor } from './acting.ts'
import { type EntryContent, type EntryInit, entryContent } from './entry-content.ts'

/** The actor of an entry when no caller called `actingAs`: an entry with an unnamed actor is better than no entry. */
const unnamed: Actor = { type: 'job', id: 'unnamed' }

/** An entry that is not written yet. Its id and time are those of the decision. */
export interface NewEntry extends EntryContent {
  readonly at: Date
  /** Writes the entry with one statement, in the transaction of the decision. */
  write(sql: TenantSql): Promise<void>
  /**
   * The beginning of a statement of the decision (`with ...`), which then also writes the entry. This costs less than a separate statement.
   * The entry is written even when the statement itself changes no row: then the caller has to roll its transaction back.
   */
  beginning(sql: TenantSql): Fragment
}

/**
 * Makes an entry of the ledger by the current actor (`actingAs`). For decisions that write their rows together with the entry, in one round
 * trip to the database.
 */
export function newEntry(entry: EntryInit): NewEntry {
  const at = new Date()
  const made = entryContent(entry, currentActor() ?? unnamed, at)
  return {
    ...made,
    at,
    async write(sql) {
      await sql`${inserts(sql, made)} select`
    },
    beginning: (sql) => inserts(sql, made),
  }
}

function inserts(sql: TenantSql, { id, kind, subjectId, client, content, hash, values }: EntryContent): Fragment {
  return sql`
    with ledger_entry as (
      insert into ledger_entries (tenant_id, id, content, hash, kind, subject_id, client)
      values (current_setting('assay.tenant_id')::integer, ${id}, ${content}, ${hash}, ${kind}, ${subjectId}, ${client})
    ), ledger_mark as (
      insert into ledger_unsealed (tenant_id, entry_id) values (current_setting('assay.tenant_id')::integer, ${id})
    ), ledger_beside as (
      insert into ledger_values (tenant_id, entry_id, field, salt, value, found_by)
      select current_setting('assay.tenant_id')::integer, ${id}, one.* from unnest(${values.map(({ field }) => field)}::text[],
        ${values.map(({ salt }) => `\\x${salt.toString('hex')}`)}::text[]::bytea[],
        ${values.map(({ value }) => value)}::text[], ${values.map(({ foundBy }) => foundBy)}::text[])
        as one (field, salt, value, found_by)
    )`
}

/**
 * Writes an entry of the ledger in the transaction of the decision: the database stores both or neither. It does not wait for the sealer,
 * which links the entry after the commit. The actor is the one of `actingAs`.
 *
 * Record a change only after it was checked. Record nothing for a call that changes nothing.
 * @returns id and time of the entry
 */
export async function recordEntry(sql: TenantSql, entry: EntryInit): Promise<Pick<NewEntry, 'id' | 'at'>> {
  const made = newEntry(entry)
  await made.write(sql)
  return { id: made.id, at: made.at }
}
