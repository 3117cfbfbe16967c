import { createHash } from 'node:crypto'
import { alreadyExists, DomainError, failedPrecondition, invalidArgument, resourceExhausted } from '@assay/errors'
import { Faults } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { abortForgottenLoad } from '../forgotten-load.ts'
import type { Load } from '../load.ts'
import { requireBase } from '../load-base.ts'
import { recordSource } from '../source-entries.ts'
import { nativeSource, sourceKey } from '../sources.ts'
import { loadInProgress, unendedLoad } from '../unended-load.ts'
import { type Change, ChangeFault, readChange } from './change.ts'
import { requireShort } from './change-lines.ts'
import { checkedChanges } from './checked-changes.ts'
import { beginGathering } from './gathering-loads.ts'

interface NewChangeSet {
  /** Chosen by the client. */
  readonly requestId: string
  /** The load that the changes are based on; empty for a source without a load. */
  readonly baseLoadId: string
  /** As JSON: `{"deleteIdentity": {"id": "e1"}}`. */
  readonly changes: readonly unknown[]
  readonly createdBy: string
  /** The least time between two loads of change sets of one source. */
  readonly waitMs: number
}

/** An accepted change set. */
export interface ChangeSet {
  readonly requestId: string
  readonly source: string
  readonly baseLoadId: string | undefined
  /** The load that brings it into force. */
  readonly loadId: string
  readonly changeCount: number
  readonly createdAt: Date
}

const mostChanges = 2_000
const mostSetsOfLoad = 1_000
const mostChangesOfLoad = 100_000
const longestRequestId = 128
/** Combining a load takes some seconds. */
const retryAfterMs = 2_000

/**
 * Accepts a change set: all of it is checked, and it comes into force together with others of its source as one load. For 30 days a
 * repeated request returns the same answer.
 */
export async function applyChangeSet(
  sql: TenantSql,
  tenantId: number,
  source: string,
  { requestId, baseLoadId, changes, createdBy, waitMs }: NewChangeSet,
): Promise<ChangeSet> {
  if (source === nativeSource) {
    throw failedPrecondition(`"${nativeSource}" is loaded by the import API; make a source of another id for changes`)
  }
  if (requestId === '' || requestId.length > longestRequestId) {
    throw invalidArgument('request_id', `must have 1 to ${longestRequestId} characters; choose one for each change set`)
  }
  if (changes.length === 0) throw invalidArgument('changes', 'is empty; give at least one change')
  if (changes.length > mostChanges) {
    throw resourceExhausted(
      `A change set has at most ${mostChanges} changes and this one has ${changes.length}; send several, or upload them as the file of a load of changes`,
    )
  }
  await requireRight(changes)
  const text = changes.map((change) => JSON.stringify(change)).join('\n')
  const sha256 = createHash('sha256').update(`${baseLoadId}\n${text}`).digest()
  const key = await sourceKey(sql, source)
  await sql`set local lock_timeout = '3s'`
  await sql`select from sources where id = ${key} for no key update`
  const before = await selectChangeSet(sql, key, requestId)
  if (before !== undefined) {
    if (sha256.equals(before.sha256)) return changeSetOf(before, source)
    throw alreadyExists(
      `The request id "${requestId}" was used for another change set of the source "${source}"; choose another id`,
      { reason: 'REQUEST_ID_USED' },
    )
  }
  const { loadId, base } = await gatheringLoad(sql, tenantId, { source, key, baseLoadId, createdBy, waitMs })
  await requireRoom(sql, loadId, changes.length)
  await sql`
    insert into source_change_sets (tenant_id, source_id, request_id, sha256, base_load_id, load_id, change_count, changes, created_by)
    values (${tenantId}, ${key}, ${requestId}, ${sha256}, ${base ?? null}, ${loadId}, ${changes.length}, ${text}, ${createdBy})`
  const made = await selectChangeSet(sql, key, requestId)
  if (made === undefined) throw new Error('no change set was stored')
  const after = { requestId, loadId: String(loadId), changes: changes.length, sha256: sha256.toString('hex') }
  await recordSource(sql, source, 'source.change', { after })
  return changeSetOf(made, source)
}

/** @throws invalid_argument, which names each change with a fault by its position */
async function requireRight(changes: readonly unknown[]): Promise<void> {
  const violations: { field: string; description: string }[] = []
  const read: Change[] = []
  for (const [at, change] of changes.entries()) {
    try {
      requireShort(JSON.stringify(change))
      read.push(readChange(change, at + 1))
    } catch (error) {
      if (!(error instanceof ChangeFault)) throw error
      violations.push(violationOf(at, error.field, error.message))
    }
  }
  const faults = new Faults()
  for await (const _ of checkedChanges(read, 'changes', faults)) {
    // The faults are in `faults`.
  }
  for (const { at, column, reason } of faults.first) violations.push(violationOf(Number(at) - 1, column, reason))
  const [first] = violations
  if (first === undefined) return
  const more = violations.length > 1 ? `, and ${violations.length - 1} more are at fault` : ''
  throw new DomainError('invalid_argument', `${first.field}: ${first.description}${more}`, { violations })
}

function violationOf(at: number, field: string, description: string) {
  return { field: `changes[${at}]${field === '' ? '' : `.${field}`}`, description }
}

interface Gathering {
  readonly source: string
  readonly key: number
  readonly baseLoadId: string
  readonly createdBy: string
  readonly waitMs: number
}

/**
 * The open load that gathers the change sets of the source; it is opened if there is none. While changes are read and combined, the
 * next ones gather in a load that is based on them.
 */
async function gatheringLoad(
  sql: TenantSql,
  tenantId: number,
  { source, key, baseLoadId, createdBy, waitMs }: Gathering,
): Promise<{ readonly loadId: number; readonly base: number | undefined }> {
  await abortForgottenLoad(sql, key)
  // The rows stay locked until the change set is stored: a worker that begins or ends a load meanwhile waits.
  const unended = await sql<{ id: number; kind: string; state: string; gathers: boolean; base: number | null }[]>`
    select id, kind, state, gathers_until is not null as gathers, base_load_id as base from source_loads
    where source_id = ${key} and state in ('open', 'reading', 'staged', 'awaiting_confirmation') order by id
    for no key update`
  const underWay = unended.filter(
    ({ kind, state }) => kind === 'changes' && (state === 'reading' || state === 'staged'),
  )
  const open = unended.find(({ gathers, state }) => gathers && state === 'open')
  if (open === undefined && underWay.length < unended.length) {
    const other = await unendedLoad(sql, key)
    if (other !== undefined) throw loadInProgress(other, endsByItself(other) ? retryAfterMs : undefined)
  }
  const onTheirWay = [...underWay.map(({ id }) => id), open?.id, open?.base].filter((id) => id != null).map(String)
  const inForce = await requireBase(sql, source, key, baseLoadId, onTheirWay)
  if (open !== undefined) return { loadId: open.id, base: open.base ?? undefined }
  const base = underWay.at(-1)?.id ?? inForce
  const [opened] = await sql<{ id: number; delayMs: number }[]>`
    insert into source_loads (tenant_id, source_id, kind, base_load_id, created_by, gathers_until)
    select ${tenantId}, ${key}, 'changes', ${base ?? null}, ${createdBy}, greatest(now() + ${leastWaitMs(waitMs)} * interval '1 millisecond',
      max(gathers_until) + ${waitMs} * interval '1 millisecond') from source_loads where source_id = ${key}
    returning id, (extract(epoch from gathers_until - now()) * 1000)::integer as "delayMs"`
  if (opened === undefined) throw new Error('no load was opened')
  // A load that is based on another begins when the other is in force.
  if (underWay.length === 0) await beginGathering(sql, tenantId, opened)
  return { loadId: opened.id, base }
}

/** A single change set hardly waits; a series of change sets does. */
function leastWaitMs(waitMs: number): number {
  return Math.min(waitMs, 500)
}

function endsByItself({ state }: Load): boolean {
  return state === 'reading' || state === 'staged'
}

/** @throws resource_exhausted when the load has the maximum number of changes */
async function requireRoom(sql: TenantSql, loadKey: number, more: number): Promise<void> {
  const [row] = await sql<{ sets: number; changes: number }[]>`
    select count(*)::integer as sets, coalesce(sum(change_count), 0)::integer as changes
    from source_change_sets where load_id = ${loadKey}`
  const { sets = 0, changes = 0 } = row ?? {}
  if (sets < mostSetsOfLoad && changes + more <= mostChangesOfLoad) return
  throw resourceExhausted(
    `${sets} change sets with ${changes} changes wait for load "${loadKey}", which takes ${mostSetsOfLoad} and ${mostChangesOfLoad}; send this one again when it is in force`,
    { reason: 'TOO_MANY_CHANGE_SETS', metadata: { loadId: String(loadKey) }, retryAfterMs },
  )
}

interface ChangeSetRow {
  request_id: string
  sha256: Uint8Array
  base_load_id: number | null
  load_id: number
  change_count: number
  created_at: Date
}

async function selectChangeSet(sql: TenantSql, key: number, requestId: string): Promise<ChangeSetRow | undefined> {
  const [row] = await sql<ChangeSetRow[]>`
    select request_id, sha256, base_load_id, load_id, change_count, created_at from source_change_sets
    where source_id = ${key} and request_id = ${requestId}`
  return row
}

function changeSetOf(row: ChangeSetRow, source: string): ChangeSet {
  return {
    requestId: row.request_id,
    source,
    baseLoadId: row.base_load_id === null ? undefined : String(row.base_load_id),
    loadId: String(row.load_id),
    changeCount: row.change_count,
    createdAt: row.created_at,
  }
}
