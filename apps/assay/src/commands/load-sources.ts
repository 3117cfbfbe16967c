import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Load, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { readyMapNames } from '@assay/sources'
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect'
import type { ApiClient } from '../api-client.ts'
import { describeRemovals } from './describe-load.ts'
import { type NamedFile, standingAt } from './input-files.ts'
import { delimiterOf } from './read-sources.ts'
import { Refused } from './refused.ts'

interface LoadChoices {
  readonly map?: string
  readonly encoding?: string
  readonly delimiter?: string
  readonly split?: string
  readonly skipInvalid?: boolean
  readonly analyse?: boolean
  readonly accountsOnly?: boolean
  readonly only?: boolean
  readonly confirm?: boolean
}

/** The files of one source. */
export interface Delivery {
  readonly source: string
  readonly files: readonly NamedFile[]
  /** Whether its people are accounts; undefined: as the source is, or as the choices for all sources say. */
  readonly accountsOnly?: boolean
}

/**
 * Loads each source through the service and waits for the end. Several sources are put together once: all loads except the last are held
 * until the last is read. If a load fails or is not confirmed, all are aborted and the data in force stay.
 * @param signal aborts the loads that have begun
 * @throws Refused for invalid data, and when much would be removed without a confirmation
 */
export async function loadSources(
  api: ApiClient,
  deliveries: readonly Delivery[],
  choices: LoadChoices,
  signal: AbortSignal,
): Promise<readonly Load[]> {
  const sources = createClient(SourceService, api.transport)
  const delimiter = choices.delimiter === undefined ? '' : delimiterOf(choices.delimiter)
  const begun: string[] = []
  const prepared: (() => Promise<unknown>)[] = []
  try {
    for (const [at, delivery] of deliveries.entries()) {
      const isLast = at === deliveries.length - 1
      const own = { ...choices, ...(delivery.accountsOnly && { accountsOnly: true }) }
      prepared.unshift(await prepareSource(sources, delivery.source, own))
      const { id } = await sources.createLoad({
        sourceId: delivery.source,
        skipInvalid: choices.skipInvalid ?? false,
        encoding: choices.encoding ?? '',
        delimiter,
        split: choices.split ?? '',
        // The source changes together with the load, so the data in force stay as they are until then.
        ...(own.accountsOnly && { accountsOnly: true }),
      })
      begun.push(id)
      for (const file of delivery.files) await sources.uploadLoadFile(messagesOf(id, file, signal))
      await sources.commitLoad({
        loadId: id,
        hold: !isLast,
        only: isLast && (choices.only ?? false),
        analyse: choices.analyse ?? false,
      })
      // A load that still waits for a confirmation when the last one is read would not be part of its composition.
      if (!isLast) await confirmed(sources, await waitUntil(sources, id, staged, signal), choices)
    }
    return await confirmedAll(sources, begun, choices, signal)
  } catch (error) {
    // The first error is reported; an error of the abort, such as that the load has already ended, would hide it.
    for (const loadId of begun) await sources.abortLoad({ loadId }).catch(() => {})
    for (const undo of prepared) await undo().catch(() => {})
    throw error
  }
}

const staged: ReadonlySet<State> = new Set([
  State.STAGED,
  State.AWAITING_CONFIRMATION,
  State.COMMITTED,
  State.FAILED,
  State.ABORTED,
])

/**
 * Waits until all loads are in force. When together they remove much, all of them wait for a confirmation: the last one, with which the
 * others come into force, is checked first and confirmed last.
 */
export async function confirmedAll(
  sources: Client<typeof SourceService>,
  ids: readonly string[],
  choices: LoadChoices,
  signal: AbortSignal,
): Promise<readonly Load[]> {
  for (;;) {
    signal.throwIfAborted()
    const loads: Load[] = []
    for (const loadId of ids.toReversed()) loads.unshift(await sources.getLoad({ loadId }))
    for (const load of loads) await confirmed(sources, load, choices)
    if (loads.every(({ state }) => state === State.COMMITTED)) return loads
    await sleep(100)
  }
}

async function waitUntil(
  sources: Client<typeof SourceService>,
  loadId: string,
  states: ReadonlySet<State>,
  signal: AbortSignal,
): Promise<Load> {
  for (;;) {
    signal.throwIfAborted()
    const load = await sources.getLoad({ loadId })
    if (states.has(load.state)) return load
    await sleep(100)
  }
}

/** Creates the source if it does not exist, and sets its map. @returns a function that restores the former state */
export async function prepareSource(
  sources: Client<typeof SourceService>,
  id: string,
  { map, accountsOnly }: LoadChoices,
): Promise<() => Promise<unknown>> {
  const isReady = map !== undefined && readyMapNames().includes(map)
  const content = map === undefined || isReady ? undefined : await contentOfMap(map)
  const source = { id, accountsOnly: accountsOnly ?? false, readyMap: isReady ? map : '' }
  const isNew = await sources.createSource({ source }).then(
    () => true,
    (error) => {
      if (ConnectError.from(error).code !== Code.AlreadyExists) throw error
      return false
    },
  )
  if (isNew) {
    if (content !== undefined) await sources.putSourceMap({ sourceId: id, content })
    return () => sources.deleteSource({ sourceId: id })
  }
  const before = await sources.getSource({ sourceId: id })
  const { maps } = content === undefined ? { maps: [] } : await sources.listSourceMaps({ sourceId: id, pageSize: 1 })
  const updateMask = { paths: map === undefined ? [] : ['ready_map'] }
  if (updateMask.paths.length > 0) await sources.updateSource({ source, updateMask })
  if (content !== undefined) await sources.putSourceMap({ sourceId: id, content })
  return async () => {
    for (const { content } of maps) await sources.putSourceMap({ sourceId: id, content })
    if (updateMask.paths.length > 0) await sources.updateSource({ source: before, updateMask })
  }
}

function contentOfMap(map: string): Promise<string> {
  return readFile(resolve(standingAt(), map), 'utf8').catch((cause) => {
    throw new Error(`There is no map "${map}": it is neither a file nor the name of a ready map`, { cause })
  })
}

export async function* messagesOf(loadId: string, { name, open }: NamedFile, signal: AbortSignal) {
  yield { loadId, fileName: name, content: {} }
  for await (const data of open()) {
    signal.throwIfAborted()
    yield { content: { data } }
  }
}

function refuseFailed(load: Load): void {
  if (load.state !== State.FAILED && load.state !== State.ABORTED) return
  const faults = load.faults.map(({ file, at, column, reason }) => {
    const place = at === '' ? file : `${file}:${at}`
    return `  ${place}${column === '' ? '' : ` ${column}`}: ${reason}`
  })
  const more = load.faultCount - load.faults.length
  const why = load.errorMessage === '' ? 'It was aborted.' : load.errorMessage
  throw new Refused(
    2,
    [
      `The source ${load.sourceId} was not loaded; the data in force stay. ${why}`,
      ...faults,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
    load.faults.map(({ file, at, column, reason }) => ({ file, at, column, reason })),
  )
}

/** @throws Refused when the load failed, and when it waits for a confirmation that was not given */
async function confirmed(sources: Client<typeof SourceService>, load: Load, { confirm }: LoadChoices): Promise<void> {
  refuseFailed(load)
  if (load.state !== State.AWAITING_CONFIRMATION) return
  if (!confirm) {
    throw new Refused(
      4,
      `The load of ${load.sourceId} would remove ${describeRemovals(load.removals)}, so it was aborted; pass --confirm if you intend that.`,
    )
  }
  await sources.confirmLoad({ loadId: load.id })
}
