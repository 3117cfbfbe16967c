import { DomainError } from '@assay/errors'
import { defineWork, jobs } from '@assay/jobs'
import { AddressGuard, type Network, OutboundClient, OutboundFault, PatientClient, readSecret } from '@assay/outbound'
import { parseScimAddress, pullScim, type ResourceKind, ScimFault } from '@assay/scim-pull'
import {
  abortForgottenLoad,
  abortLoad,
  beginLoad,
  createLoad,
  getSource,
  lockSource,
  sourceName,
  unendedLoad,
  uploadLoadFile,
  withWorkingFolder,
} from '@assay/source-loads'
import { inTenant, type Sql, type TenantSql, tenantName } from '@assay/store'
import type { PullOutcome } from './pulls.ts'
import { keyOfSource, pullQueue } from './queue.ts'

interface PullTools {
  readonly sql: Sql
  /** The folder for a server's answers until they are stored. */
  readonly temporaryDirectory: string
  /** The folder with the named secrets; undefined when the operator has none. */
  readonly secretsDirectory: string | undefined
  /** Private networks that may be reached. */
  readonly networks: readonly Network[]
}

interface PullTask {
  readonly tenantId: number
  readonly sourceId: number
  readonly turn: number
  readonly tenant: string
  readonly source: string
  readonly address: string
  readonly secret: string
  readonly intervalMinutes: number
  /** Only changes after this time are requested; undefined for everything. */
  readonly since: Date | undefined
  /** A user requested a part: these kinds of resources, or undefined for all kinds. */
  readonly asked: { readonly kinds: readonly ResourceKind[] | undefined } | undefined
  /** The load to which changes are added. */
  readonly newestLoadId: string | undefined
}

interface Ending {
  readonly outcome: PullOutcome
  readonly message: string
  readonly loadId?: string
  /** Shorter than the interval, after a temporary fault. */
  readonly againMs?: number
  /** The data that were read: the time, by the server's clock, up to which changes are known, and whether it was everything. */
  readonly read?: { readonly until: Date | undefined; readonly isFull: boolean }
}

/** The wait after a temporary fault, unless the server asks for a longer one. */
const shortestWaitMs = 15 * 60_000
const minuteMs = 60_000

/**
 * Reads the server of a source and opens a load with its data. A fault of the server is stored in the pull and is no fault of the work: the
 * next pull is still scheduled, and nothing else changes.
 */
export function pullWork(tools: PullTools) {
  const { sql } = tools
  return defineWork<{ tenantId: number; sourceId: number; turn: number }, PullTask>({
    queue: pullQueue,
    title: 'The pull',
    longestMs: 180 * minuteMs,
    takeUp: ({ tenantId, sourceId, turn }) =>
      inTenant(sql, tenantId, (scoped) => takeUp(scoped, tenantId, sourceId, turn)),
    run: async (task, { signal }) => {
      await withWorkingFolder(tools.temporaryDirectory, async (folder) => {
        const ending = await pulled(tools, task, folder, signal)
        if (ending !== undefined) await inTenant(sql, task.tenantId, (scoped) => end(scoped, task, ending))
      })
    },
    fail: (task, message) =>
      inTenant(sql, task.tenantId, async (scoped) => {
        await giveUpOpenLoad(scoped, task)
        await end(scoped, task, { outcome: 'failed', message })
      }),
  })
}

async function takeUp(sql: TenantSql, tenantId: number, sourceId: number, turn: number): Promise<PullTask | undefined> {
  const source = await sourceName(sql, sourceId)
  if (source === undefined) return undefined
  const [row] = await sql<
    {
      address: string
      secret: string
      intervalMinutes: number
      since: Date | null
      loadId: number | null
      askedKinds: ResourceKind[] | null
      askedSince: Date | null
    }[]
  >`
    update source_pulls set started_at = now(), ended_at = null where source_id = ${sourceId} and turn = ${turn}
    returning address, secret, interval_minutes as "intervalMinutes", load_id as "loadId",
      asked_kinds as "askedKinds", asked_since as "askedSince",
      case when full_at + full_interval_minutes * interval '1 minute' > now() then read_until end as since`
  if (row === undefined) return undefined
  const { since, loadId, askedKinds, askedSince, ...settings } = row
  const { newestLoad, readyMap, mapVersion } = await getSource(sql, source)
  // Changes can only be added when the load of the pull before is still in force.
  const isInForce = newestLoad !== undefined && newestLoad.id === String(loadId)
  const tenant = await tenantName(sql)
  // Pulled data are read by the ready map, so they can only be added to data of that map. A ready map that is set comes before the source's
  // own map.
  const isOfMap = readyMap === 'scim' || (readyMap === '' && mapVersion === 0)
  const adds = isInForce && isOfMap
  const task = { ...settings, tenantId, sourceId, turn, source, tenant, newestLoadId: adds ? newestLoad.id : undefined }
  if (askedKinds === null && askedSince === null) {
    return { ...task, since: adds ? (since ?? undefined) : undefined, asked: undefined }
  }
  return { ...task, since: askedSince ?? undefined, asked: { kinds: askedKinds ?? undefined } }
}

/** The end of a pull without a load; undefined when a load was begun, which records its end itself. */
async function pulled(
  tools: PullTools,
  task: PullTask,
  folder: string,
  signal: AbortSignal,
): Promise<Ending | undefined> {
  const { sql, secretsDirectory, networks } = tools
  const { tenantId, tenant } = task
  const url = parseScimAddress(task.address)
  const client = new OutboundClient(new AddressGuard(networks))
  try {
    const secret =
      task.secret === '' ? undefined : await readSecret(secretsDirectory, task.secret, { tenant, url }).catch(asRefusal)
    const asking = { client: new PatientClient(client), secret, folder, signal }
    const { files, isPart, read } = await readServer(url, task, asking)
    if (isPart && files.length === 0) return { outcome: 'loaded', message: '', ...read }
    const held = await inTenant(sql, tenantId, (scoped) => openLoad(scoped, task, isPart))
    if ('outcome' in held) return held
    const { loadId } = held
    for (const file of files) {
      await uploadLoadFile(sql, tenantId, loadId, `${url.host}/${file.name}`, file.open(), { signal })
    }
    await inTenant(sql, tenantId, async (scoped) => {
      await beginLoad(scoped, tenantId, loadId)
      await end(scoped, task, { outcome: 'loaded', message: '', loadId, ...read })
    })
    return undefined
  } catch (error) {
    if (signal.aborted) throw error
    if (error instanceof OutboundFault || error instanceof ScimFault) {
      const { message, mayPass } = error
      const asked = error instanceof OutboundFault ? (error.retryAfterMs ?? 0) : 0
      return { outcome: 'failed', message, ...(mayPass && { againMs: Math.max(asked, shortestWaitMs) }) }
    }
    throw error
  } finally {
    client.close()
  }
}

type Asking = Parameters<typeof pullScim>[1]

interface ServerRead {
  readonly files: Awaited<ReturnType<typeof pullScim>>['files']
  /** Whether it is added to the data of the newest load. */
  readonly isPart: boolean
  readonly read: Pick<Ending, 'read'>
}

/** @throws ScimFault, OutboundFault */
async function readServer(url: URL, { asked, since, newestLoadId }: PullTask, asking: Asking): Promise<ServerRead> {
  if (asked !== undefined) {
    if (newestLoadId === undefined) {
      throw new ScimFault('There is no load of a pull in force to which a part could be added; pull everything first')
    }
    // The other data are unknown, so the pulls at an interval continue from their former time.
    const { files } = await pullScim(url, { ...asking, since, kinds: asked.kinds })
    return { files, isPart: true, read: {} }
  }
  const part = since && (await changedSince(url, { ...asking, since }))
  const { files, asOf } = part ?? (await pullScim(url, asking))
  return { files, isPart: part !== undefined, read: { read: { until: asOf, isFull: part === undefined } } }
}

/** The changes; undefined for a server that cannot report them, which is then read completely. */
async function changedSince(url: URL, asking: Asking): Promise<Awaited<ReturnType<typeof pullScim>> | undefined> {
  try {
    return await pullScim(url, asking)
  } catch (error) {
    if (error instanceof ScimFault) return undefined
    throw error
  }
}

/** A fault of a secret is shown to the people of the tenant. */
function asRefusal(error: Error): never {
  throw new DomainError('failed_precondition', error.message)
}

/** Opens a load of the source. A load of an earlier pull that waits or is still open is aborted. */
async function openLoad(
  sql: TenantSql,
  { tenantId, sourceId, source, newestLoadId = '' }: PullTask,
  isPart: boolean,
): Promise<Ending | { readonly loadId: string }> {
  await lockSource(sql, sourceId)
  const [pull] = await sql<{ loadId: number | null }[]>`
    select load_id as "loadId" from source_pulls where source_id = ${sourceId} for no key update`
  await abortForgottenLoad(sql, sourceId)
  const before = await unendedLoad(sql, sourceId)
  if (before !== undefined) {
    const isOwn = before.id === String(pull?.loadId)
    if (!isOwn || (before.state !== 'awaiting_confirmation' && before.state !== 'open')) {
      const message = `Load "${before.id}" of the source is still ${before.state.replace('_', ' ')}; the next pull follows when it has ended`
      return { outcome: 'held_up', message, againMs: shortestWaitMs }
    }
    await abortLoad(sql, before.id)
  }
  const { id } = await createLoad(sql, tenantId, source, {
    createdBy: 'pull',
    skipInvalid: false,
    reading: isPart ? { upserts: 'scim' } : {},
    ...(isPart && { kind: 'changes', baseLoadId: newestLoadId }),
  })
  await sql`update source_pulls set load_id = ${Number(id)} where source_id = ${sourceId}`
  return { loadId: id }
}

/** Aborts a load that was opened and not begun, since it would block all other loads of the source until the next pull. */
async function giveUpOpenLoad(sql: TenantSql, { sourceId }: PullTask): Promise<void> {
  await lockSource(sql, sourceId)
  const [pull] = await sql<{ loadId: number | null }[]>`
    select load_id as "loadId" from source_pulls where source_id = ${sourceId}`
  const left = await unendedLoad(sql, sourceId)
  if (left?.state === 'open' && left.id === String(pull?.loadId)) await abortLoad(sql, left.id)
}

/**
 * Records the end of a pull and schedules the next one, unless another turn was requested meanwhile. The time up to which changes are known
 * is then not stored either, since the other turn may read another server.
 */
async function end(sql: TenantSql, task: PullTask, { outcome, message, loadId, againMs, read }: Ending): Promise<void> {
  const { tenantId, sourceId, turn, intervalMinutes } = task
  const intervalMs = intervalMinutes * minuteMs
  const delayMs = Math.min(intervalMs, againMs ?? intervalMs)
  const { message: clipped } = new DomainError('failed_precondition', message)
  await sql`
    update source_pulls set ended_at = now(), outcome = ${outcome}, message = ${clipped},
      load_id = coalesce(${loadId === undefined ? null : Number(loadId)}, load_id),
      read_until = ${read === undefined ? sql`read_until` : sql`case when turn = ${turn} then ${read.until ?? null}::timestamptz else read_until end`},
      full_at = ${read?.isFull ? sql`case when turn = ${turn} then started_at else full_at end` : sql`full_at`}
    where source_id = ${sourceId}`
  const due = await sql<{ turn: number }[]>`
    update source_pulls set turn = turn + 1, next_at = now() + ${delayMs} * interval '1 millisecond',
      asked_kinds = null, asked_since = null
    where source_id = ${sourceId} and turn = ${turn} returning turn`
  for (const next of due) {
    await jobs.enqueue(sql, pullQueue, { tenantId, sourceId, turn: next.turn }, keyOfSource(sourceId), { delayMs })
  }
}
