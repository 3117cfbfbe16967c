import type { commitImport } from '@assay/directory'
import {
  beginCommit,
  createImportWithin,
  failImport,
  getImport,
  type Import,
  importKeyOf,
  minesEffectiveAccess,
} from '@assay/directory'
import { DomainError } from '@assay/errors'
import { defineWork, type ShownProgress } from '@assay/jobs'
import { asJson, inTenant, type Sql, type TenantSql } from '@assay/store'
import { askForComposition } from './ask-for-composition.ts'
import { type ComposeTools, composeSources, RemovesMuch } from './compose-sources.ts'
import type { Removals } from './load.ts'
import { compositionQueue } from './queues.ts'
import { removeOldRecords } from './remove-old-records.ts'
import { recordLoad } from './source-entries.ts'
import { removeLoadContent } from './stored-content.ts'

type CommitChoices = NonNullable<Parameters<typeof commitImport>[3]>

interface CompositionTools extends ComposeTools {
  /** Work that follows changed access data, in the transaction that brings them into force; see `commitImport`. */
  readonly participants: NonNullable<CommitChoices['participants']>
  /** Called when nothing changed but a load requests an analysis. */
  readonly analyse: NonNullable<CommitChoices['onSameContent']>
  readonly onComposed: (tenantId: number, outcome: Pick<Import, 'id' | 'counts' | 'sameContentAs'>) => void
}

interface CompositionTask {
  readonly tenantId: number
  /** The number of requests so far; later requests are for the next composition. */
  readonly wanted: number
  readonly loads: readonly number[]
  readonly isOnly: boolean
  readonly analyse: boolean
  readonly createdBy: string
}

/** Combines the newest loads of a tenant's sources as an import. */
export function compositionWork(tools: CompositionTools) {
  const { sql } = tools
  return defineWork<{ tenantId: number }, CompositionTask, ShownProgress>({
    queue: compositionQueue,
    title: 'Putting the sources together',
    longestMs: 120 * 60_000,
    takeUp: ({ tenantId }) => inTenant(sql, tenantId, (scoped) => takeUp(scoped, tenantId)),
    progress: { shown: (progress) => progress },
    run: async (task, { signal, report }) => {
      const { tenantId, loads, isOnly } = task
      const importId = await ownImport(sql, task)
      try {
        const outcome = await composeSources(tools, {
          tenantId,
          importId,
          loads,
          isOnly,
          signal,
          onPhase: (phase) => report({ phase }),
          commit: {
            participants: [...tools.participants, (scoped) => markDone(scoped, task)],
            onSameContent: async (scoped, same) => {
              await markDone(scoped, task)
              if (task.analyse) await tools.analyse(scoped, same)
            },
          },
        })
        tools.onComposed(tenantId, outcome)
      } catch (error) {
        if (error instanceof RemovesMuch) {
          await failImport(sql, tenantId, importId, 'It would remove much, and waits for a confirmation')
          await awaitConfirmation(sql, task, error.removals)
          return
        }
        // The recorded faults of a refused import would name files that no user knows.
        if (error instanceof DomainError && error.kind !== 'aborted') await giveUp(sql, tenantId, importId)
        throw error
      }
      await removeOldRecords(sql, tenantId, signal)
    },
    fail: async ({ tenantId, loads }, message) => {
      await giveUpOwn(sql, tenantId)
      await failLoads(sql, tenantId, loads, message)
    },
  })
}

async function takeUp(sql: TenantSql, tenantId: number): Promise<CompositionTask | undefined> {
  const [asked] = await sql<{ wanted: number; done: number }[]>`select wanted, done from source_compositions`
  if (asked === undefined || asked.wanted === asked.done) return undefined
  const staged = await sql<
    { id: number; is_held: boolean; is_only: boolean; asks_analysis: boolean; created_by: string }[]
  >`
    select l.id, l.is_held, l.is_only, l.asks_analysis, l.created_by from source_loads l join sources s on s.id = l.source_id
    where l.state = 'staged' and s.retired_at is null order by l.id`
  // Held loads wait for a load that is not held.
  const loads = staged.some((load) => !load.is_held) ? staged : []
  return {
    tenantId,
    wanted: asked.wanted,
    loads: loads.map(({ id }) => id),
    isOnly: loads.some((load) => load.is_only),
    analyse: loads.some((load) => load.asks_analysis),
    createdBy: loads[0]?.created_by ?? 'sources',
  }
}

/** The import of an earlier attempt that died, if it has not ended; else a new one. @throws aborted while another import is open */
async function ownImport(sql: Sql, { tenantId, createdBy }: CompositionTask): Promise<string> {
  const [before] = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ import_id: number | null }[]>`select import_id from source_compositions`,
  )
  if (before?.import_id) {
    const found = await getImport(sql, tenantId, String(before.import_id))
    if (found.state === 'committing') return found.id
  }
  for (;;) {
    // One transaction, since an import that stays open would refuse all others.
    const begun = await inTenant(sql, tenantId, async (scoped) => {
      // The tenant determines what is mined: a composition keeps the choice of the last import.
      const isEffective = await minesEffectiveAccess(scoped)
      const options = { createdBy, skipInvalid: false, minesEffectiveAccess: isEffective }
      const created = await createImportWithin(scoped, tenantId, options)
      if (created === undefined) return undefined
      await scoped`update source_compositions set import_id = ${importKeyOf(created.id)}`
      return beginCommit(scoped, created.id)
    })
    if (begun !== undefined) return begun.id
  }
}

async function markDone(sql: TenantSql, { wanted }: CompositionTask): Promise<void> {
  await sql`update source_compositions set done = ${wanted}, import_id = null`
}

async function giveUp(sql: Sql, tenantId: number, importId: string): Promise<void> {
  const { state } = await getImport(sql, tenantId, importId)
  if (state === 'committing') await failImport(sql, tenantId, importId, 'The sources could not be put together')
}

/** Fails the import of a composition that ends without it, since an import that stays open would refuse all others. */
async function giveUpOwn(sql: Sql, tenantId: number): Promise<void> {
  const [own] = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ import_id: number | null }[]>`select import_id from source_compositions`,
  )
  if (own?.import_id) await giveUp(sql, tenantId, String(own.import_id))
}

async function awaitConfirmation(sql: Sql, { tenantId, loads, wanted }: CompositionTask, removals: Removals) {
  await inTenant(sql, tenantId, async (scoped) => {
    // A held load comes into force with the load that it was held for: when that one waits, both wait.
    const waiting = await scoped<{ id: number }[]>`
      update source_loads set state = 'awaiting_confirmation', removals = ${asJson(scoped, removals)}, confirmed_by = null
      where id = any (${loads}::integer[]) and state = 'staged' and (confirmed_by is null or exists (
        select from source_loads held where held.id = any (${loads}::integer[]) and held.is_held and held.confirmed_by is null))
      returning id`
    for (const { id } of waiting) await recordLoad(scoped, id, 'load.wait', { removals })
    await scoped`update source_compositions set done = ${wanted}, import_id = null`
    // The confirmed loads come into force without these, as do other requests, such as the deletion of a source.
    await askForComposition(scoped, tenantId)
  })
}

async function failLoads(sql: Sql, tenantId: number, loads: readonly number[], message: string): Promise<void> {
  await inTenant(sql, tenantId, async (scoped) => {
    // Loads that are already in force have not failed.
    const failed = await scoped<{ id: number }[]>`
      update source_loads set state = 'failed', error_message = ${message}
      where id = any (${loads}::integer[]) and state = 'staged' returning id`
    for (const { id } of failed) {
      await removeLoadContent(scoped, id)
      await recordLoad(scoped, id, 'load.fail', { message })
    }
    await scoped`update source_compositions set import_id = null`
    // Other requests come into force without the failed loads. Without failed loads the composition is not requested again, and
    // without sources in force there is nothing else to do.
    if (failed.length > 0 && (await anyInForce(scoped))) await askForComposition(scoped, tenantId)
  })
}

async function anyInForce(sql: TenantSql): Promise<boolean> {
  const rows = await sql`select from sources where retired_at is null and records_load_id is not null limit 1`
  return rows.length > 0
}
