import type { TenantSql } from '@assay/store'
import { type Actor, currentActor } from './acting.ts'
import { type EntryContent, type EntryInit, entryContent } from './entry-content.ts'

/** Where no door said who acts: rather an entry that says so than none. */
const unnamed: Actor = { type: 'job', id: 'unnamed' }

/** An entry that is to be written: its id and its time are those of the decision. */
export interface NewEntry extends EntryContent {
  readonly at: Date
  /** Writes it, in one statement, in the transaction of the decision. */
  write(sql: TenantSql): Promise<void>
}

/**
 * Makes an entry of the ledger by whoever acts, as `actingAs` said. For decisions that are written together with it, so that all goes
 * to the database at once.
 */
export function newEntry(entry: EntryInit): NewEntry {
  const at = new Date()
  const made = entryContent(entry, currentActor() ?? unnamed, at)
  const { id, kind, subjectId, client, content, hash, values } = made
  return {
    ...made,
    at,
    async write(sql) {
      await sql`
        with entry as (
          insert into ledger_entries (tenant_id, id, content, hash, kind, subject_id, client)
          values (current_setting('assay.tenant_id')::integer, ${id}, ${content}, ${hash}, ${kind}, ${subjectId}, ${client})
        ), unsealed as (
          insert into ledger_unsealed (tenant_id, entry_id) values (current_setting('assay.tenant_id')::integer, ${id})
        )
        insert into ledger_values (tenant_id, entry_id, field, salt, value, found_by)
        select current_setting('assay.tenant_id')::integer, ${id}, one.* from unnest(${values.map(({ field }) => field)}::text[],
          ${values.map(({ salt }) => `\\x${salt.toString('hex')}`)}::text[]::bytea[],
          ${values.map(({ value }) => value)}::text[], ${values.map(({ foundBy }) => foundBy)}::text[])
          as one (field, salt, value, found_by)`
    },
  }
}

/**
 * Writes an entry of the ledger in the transaction of the decision: both are there or neither. Waits for nobody: the sealer links it
 * once it is committed. Who acts is what `actingAs` said.
 *
 * Record what happened only after it was checked, and nothing for a call that changed nothing.
 * @returns id and time of the entry
 */
export async function recordEntry(sql: TenantSql, entry: EntryInit): Promise<Pick<NewEntry, 'id' | 'at'>> {
  const made = newEntry(entry)
  await made.write(sql)
  return { id: made.id, at: made.at }
}
