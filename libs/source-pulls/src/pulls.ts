import { DomainError, failedPrecondition, invalidArgument } from '@assay/errors'
import { jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { isSecretName } from '@assay/outbound'
import { parseScimAddress, type ResourceKind } from '@assay/scim-pull'
import { nativeSource, sourceKey } from '@assay/source-loads'
import type { TenantSql } from '@assay/store'
import { keyOfSource, pullQueue } from './queue.ts'

/** The settings of a source's pull, and the result of the newest one. */
export interface Pull {
  readonly source: string
  readonly address: string
  /** Empty when the server needs none. */
  readonly secret: string
  readonly intervalMinutes: number
  /** The interval of full pulls; between them, only changes are read. 0: every pull is full. */
  readonly fullIntervalMinutes: number
  /** The start of the newest full pull that opened a load. */
  readonly fullAt: Date | undefined
  readonly setBy: string
  readonly setAt: Date
  readonly nextAt: Date
  readonly startedAt: Date | undefined
  /** Undefined while it runs, and before the first. */
  readonly endedAt: Date | undefined
  readonly outcome: PullOutcome
  /** The reason why it failed or was held up, for people. */
  readonly message: string
  /** The load that the newest pull opened. */
  readonly loadId: string | undefined
}

/** `held_up`: another load of the source has not ended. */
export type PullOutcome = 'none' | 'loaded' | 'failed' | 'held_up'

interface PullSettings {
  readonly address: string
  readonly secret: string
  /** 0 for once a day. */
  readonly intervalMinutes: number
  /** 0, the default: every pull is full. */
  readonly fullIntervalMinutes?: number
}

const leastMinutes = 15
const mostMinutes = 7 * 24 * 60
const dayMinutes = 24 * 60
const longestAddress = 2048

/** Sets the pull of a source; the first pull begins at once. */
export async function setPull(
  sql: TenantSql,
  tenantId: number,
  source: string,
  settings: PullSettings,
  setBy: string,
): Promise<Pull> {
  const { address, secret, fullIntervalMinutes = 0 } = settings
  const intervalMinutes = settings.intervalMinutes || dayMinutes
  const url = addressOf(address)
  if (secret !== '' && !isSecretName(secret)) {
    throw invalidArgument(
      'secret',
      `"${secret}" is not a name of a secret: give 1 to 63 letters, digits, hyphens and underscores`,
    )
  }
  if (intervalMinutes < leastMinutes || intervalMinutes > mostMinutes) {
    throw invalidArgument(
      'interval_minutes',
      `is ${intervalMinutes}; give ${leastMinutes} minutes to ${mostMinutes} (a week), or 0 for once a day`,
    )
  }
  if (fullIntervalMinutes < 0 || fullIntervalMinutes > dayMinutes) {
    throw invalidArgument(
      'full_interval_minutes',
      `is ${fullIntervalMinutes}; give 1 minute to ${dayMinutes} (a day), since only a full pull finds what was deleted, or 0 for every pull`,
    )
  }
  if (source === nativeSource) {
    throw failedPrecondition(`"${nativeSource}" is loaded by the import API; make a source of another id for a server`)
  }
  const sourceId = await sourceKey(sql, source)
  const [row] = await sql<{ turn: number }[]>`
    insert into source_pulls as p (tenant_id, source_id, address, secret, interval_minutes, full_interval_minutes, set_by, next_at)
    values (${tenantId}, ${sourceId}, ${url}, ${secret}, ${intervalMinutes}, ${fullIntervalMinutes}, ${setBy}, now())
    on conflict (source_id) do update set address = excluded.address, secret = excluded.secret, set_by = excluded.set_by,
      interval_minutes = excluded.interval_minutes, full_interval_minutes = excluded.full_interval_minutes, full_at = null,
      read_until = null, asked_kinds = null, asked_since = null, set_at = now(), next_at = now(), turn = p.turn + 1
    returning turn`
  await jobs.enqueue(sql, pullQueue, { tenantId, sourceId, turn: row?.turn ?? 1 }, keyOfSource(sourceId))
  await recordPull(sql, source, 'pull.set', { address: url, secret, intervalMinutes, fullIntervalMinutes })
  return getPull(sql, source)
}

function addressOf(address: string): string {
  if (address.length > longestAddress) throw invalidArgument('address', `is longer than ${longestAddress} characters`)
  try {
    return parseScimAddress(address).href
  } catch (error) {
    throw invalidArgument('address', error instanceof Error ? error.message : String(error))
  }
}

/** @throws not_found for a source that is not pulled */
export async function getPull(sql: TenantSql, source: string): Promise<Pull> {
  const sourceId = await sourceKey(sql, source)
  const [row] = await sql<
    (Omit<Pull, 'source' | 'fullAt' | 'startedAt' | 'endedAt' | 'loadId'> & {
      fullAt: Date | null
      startedAt: Date | null
      endedAt: Date | null
      loadId: number | null
    })[]
  >`
    select address, secret, interval_minutes as "intervalMinutes",
      full_interval_minutes as "fullIntervalMinutes", full_at as "fullAt", set_by as "setBy", set_at as "setAt", next_at as "nextAt",
      started_at as "startedAt", ended_at as "endedAt", outcome, message, load_id as "loadId"
    from source_pulls where source_id = ${sourceId}`
  if (row === undefined) {
    throw new DomainError('not_found', `The source "${source}" is not pulled from a server`, { reason: 'NO_PULL' })
  }
  const { fullAt, startedAt, endedAt, loadId, ...pull } = row
  return {
    ...pull,
    source,
    fullAt: fullAt ?? undefined,
    startedAt: startedAt ?? undefined,
    endedAt: endedAt ?? undefined,
    loadId: loadId === null ? undefined : String(loadId),
  }
}

/** A kind of resource of a server. */
export type PulledKind = ResourceKind

/** The part that a manual pull reads. */
interface PulledPart {
  /** Undefined or empty for all kinds. */
  readonly kinds?: readonly PulledKind[]
  /** Only changes at or after this time; undefined for everything. */
  readonly since?: Date | undefined
}

/**
 * Pulls now, and then at the interval again. If a pull is running, the next one begins when it has ended. A part does not replace a full
 * pull that is due.
 */
export async function pullNow(sql: TenantSql, tenantId: number, source: string, part: PulledPart = {}): Promise<Pull> {
  const { since } = part
  const kinds = [...new Set(part.kinds)]
  const sourceId = await sourceKey(sql, source)
  const isWholeDue = sql`next_at <= now() and (started_at is null or started_at < next_at)
    and asked_kinds is null and asked_since is null`
  const [row] = await sql<{ turn: number }[]>`
    update source_pulls set turn = turn + 1, next_at = now(),
      asked_kinds = case when ${isWholeDue} then null else ${kinds.length === 0 ? null : kinds}::text[] end,
      asked_since = case when ${isWholeDue} then null else ${since ?? null}::timestamptz end
    where source_id = ${sourceId} returning turn`
  if (row !== undefined) {
    await jobs.enqueue(sql, pullQueue, { tenantId, sourceId, turn: row.turn }, keyOfSource(sourceId))
    const isPart = kinds.length > 0 || since !== undefined
    await recordPull(sql, source, 'pull.run', isPart ? { kinds, since: since?.toISOString() ?? '' } : undefined)
  }
  return getPull(sql, source)
}

/** Ends the pulls of a source; the loaded data stay. A second call has no further effect. */
export async function endPull(sql: TenantSql, source: string): Promise<void> {
  const sourceId = await sourceKey(sql, source)
  await jobs.cancel(sql, pullQueue, keyOfSource(sourceId))
  const ended = await sql`delete from source_pulls where source_id = ${sourceId}`
  if (ended.count > 0) await recordPull(sql, source, 'pull.delete')
}

/** Records a change in the ledger; the secret is recorded by its name. */
async function recordPull(sql: TenantSql, source: string, kind: string, after?: object): Promise<void> {
  await recordEntry(sql, { kind, subject: { type: 'source', id: source }, after })
}
