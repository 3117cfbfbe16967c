import {
  type EntitlementDetails,
  type EntitlementReference,
  entitlementKeys,
  entitlementsByKey,
  loadCurrentSnapshot,
} from '@assay/directory'
import { failedPrecondition, invalidArgument } from '@assay/errors'
import {
  type CohortMiningProgress,
  type CohortMiningResult,
  type CohortMiningSettings,
  MiningError,
  mineCohortsInThreads,
  readSnapshot,
  resolveSettings,
  type Snapshot,
} from '@assay/mining'
import { inTenant, type Sql } from '@assay/store'
import { latestProgress, type WorkEvent } from './latest-progress.ts'

/** How a caller wants to mine: what is absent takes its default, and entitlements go by the customer's ids. */
export interface WantedMining {
  readonly settings: Partial<Omit<CohortMiningSettings, 'commonEntitlements'>>
  readonly commonEntitlements: readonly EntitlementReference[]
}

/** The outcome, with what the directory knows of the entitlements that it names, by ordinal of the snapshot. */
export interface MinedSnapshot {
  readonly importId: string
  readonly result: CohortMiningResult
  readonly entitlements: ReadonlyMap<number, EntitlementDetails>
}

const progressIntervalMs = 250

/**
 * Mines the current snapshot on worker threads and stores nothing; yields progress now and then, the outcome last.
 * Aborting the signal ends the threads, and the generator ends after they have.
 * @throws invalid_argument naming the setting, failed_precondition where there is no snapshot
 */
export async function* mineSnapshot(
  sql: Sql,
  tenantId: number,
  wanted: WantedMining,
  options: { readonly threads: number; readonly signal: AbortSignal },
): AsyncGenerator<WorkEvent<CohortMiningProgress, MinedSnapshot>, void> {
  checkRanges(wanted.settings)
  const stored = await loadCurrentSnapshot(sql, tenantId)
  options.signal.throwIfAborted()
  if (stored === undefined) {
    throw failedPrecondition('There is no access data to mine yet; commit an import first', { reason: 'NO_SNAPSHOT' })
  }
  const snapshot = readSnapshot(stored.buffer)
  checkAttributes(wanted.settings, snapshot)
  const commonEntitlements = await commonOrdinals(sql, tenantId, wanted.commonEntitlements, snapshot)
  const settings = { ...wanted.settings, commonEntitlements }
  const events = latestProgress<CohortMiningProgress, CohortMiningResult>(
    (onProgress, signal) =>
      mineCohortsInThreads(stored.buffer, settings, { threads: options.threads, onProgress, signal }),
    { intervalMs: progressIntervalMs, signal: options.signal },
  )
  for await (const event of events) {
    if (event.kind === 'progress') yield event
    else yield { kind: 'result', result: await describeOutcome(sql, tenantId, stored.importId, event.result, snapshot) }
  }
}

/** Before anything is loaded. */
function checkRanges(settings: WantedMining['settings']): void {
  try {
    resolveSettings(settings)
  } catch (error) {
    if (!(error instanceof MiningError) || error.kind !== 'bad_settings') throw error
    throw invalidArgument(fieldOf(error.field), `must be ${error.expected}, not ${error.got}`)
  }
}

/** `hints[0].attribute` of the engine is `settings.hints[0].attribute` of the caller, in the caller's spelling. */
function fieldOf(field: string): string {
  return `settings.${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
}

function checkAttributes({ hints = [], ignoredAttributes = [] }: WantedMining['settings'], snapshot: Snapshot): void {
  const known = new Set(snapshot.attributes.map(({ key }) => key))
  const check = (field: string, attribute: string) => {
    if (known.has(attribute)) return
    throw invalidArgument(field, `unknown attribute "${attribute}"; known are ${[...known].join(', ')}`)
  }
  for (const [index, { attribute }] of hints.entries()) check(`settings.hints[${index}].attribute`, attribute)
  for (const [index, attribute] of ignoredAttributes.entries())
    check(`settings.ignored_attributes[${index}]`, attribute)
}

/** An entitlement that the import in force no longer holds is left out: nobody has it, so it is common to nobody. */
async function commonOrdinals(
  sql: Sql,
  tenantId: number,
  references: readonly EntitlementReference[],
  snapshot: Snapshot,
): Promise<number[]> {
  if (references.length === 0) return []
  const keys = await inTenant(sql, tenantId, (scoped) => entitlementKeys(scoped, references, { includeDeleted: true }))
  const ordinals = new Map(Array.from(snapshot.entitlementKey, (key, ordinal) => [key, ordinal]))
  const found: number[] = []
  for (const [index, key] of keys.entries()) {
    if (key === undefined) {
      const { applicationId, entitlementId } = references[index]
      const problem = `application "${applicationId}" has no entitlement "${entitlementId}"`
      throw invalidArgument(`settings.common_entitlements[${index}]`, problem)
    }
    const ordinal = ordinals.get(key)
    if (ordinal !== undefined) found.push(ordinal)
  }
  return found
}

async function describeOutcome(
  sql: Sql,
  tenantId: number,
  importId: string,
  result: CohortMiningResult,
  snapshot: Snapshot,
): Promise<MinedSnapshot> {
  const named = [
    ...result.suggestions.map((one) => one.entitlements),
    ...result.populations.map((one) => one.commonAccess),
  ]
  const ordinals = [...new Set(named.flat().map(({ entitlement }) => entitlement))]
  const keys = ordinals.map((ordinal) => snapshot.entitlementKey[ordinal])
  const byKey = await inTenant(sql, tenantId, (scoped) => entitlementsByKey(scoped, keys))
  const entitlements = new Map<number, EntitlementDetails>()
  for (const [index, ordinal] of ordinals.entries()) {
    const details = byKey.get(keys[index])
    if (details === undefined) throw new Error(`the directory has no entitlement with the key ${keys[index]}`)
    entitlements.set(ordinal, details)
  }
  return { importId, result, entitlements }
}
