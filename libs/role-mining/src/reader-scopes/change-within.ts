import { identityKeys, importInForce, keysOfScope, loadPreviousSnapshot, type ScopeKeys } from '@assay/directory'
import { type CohortQuestions, ordinalsOf, readSnapshot, restrictSnapshot, type Snapshot } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { LoadChange } from '../changes/load-changes.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import { managerIdsIn, managersOfScope, peopleSelectedIn } from './scope-on-snapshot.ts'

/** The tools for reading earlier data within a scope. */
export interface ScopeHistoryTools {
  readonly sql: Sql
  readonly tenantId: number
  readonly scopeId: string
  readonly questions: CohortQuestions
}

/** Results by the snapshot of the scope, garbage collected with it. */
const remembered = new WeakMap<Snapshot, Promise<LoadChange | undefined>>()

/** A former snapshot may have more than 66 MB, so this process loads one at a time. */
let lastLoaded: Promise<unknown> = Promise.resolve()

/**
 * The changes that the load in force made to the people of a scope, compared with the previous load and with the people whom the scope
 * selected in it. Undefined when no previous load is stored, or when it lacks an attribute or manager of the scope.
 * @param loaded the snapshot of the scope's people
 */
export function changeWithin(tools: ScopeHistoryTools, loaded: LoadedSnapshot): Promise<LoadChange | undefined> {
  const known = remembered.get(loaded.snapshot)
  if (known !== undefined) return known
  const turn = lastLoaded.then(() => compareWithin(tools, loaded))
  lastLoaded = turn.catch(() => undefined)
  remembered.set(loaded.snapshot, turn)
  turn.catch(() => remembered.delete(loaded.snapshot))
  return turn
}

async function compareWithin(
  { sql, tenantId, scopeId, questions }: ScopeHistoryTools,
  loaded: LoadedSnapshot,
): Promise<LoadChange | undefined> {
  const previous = await inTenant(sql, tenantId, async (scoped) => {
    const scope = await keysOfScope(scoped, scopeId)
    const [inForce] = await scoped<{ id: number | null }[]>`select ${importInForce(scoped)} as id`
    if (scope === undefined || String(inForce?.id) !== loaded.importId) return undefined
    const stored = await loadPreviousSnapshot(scoped)
    return stored && { importId: stored.importId, before: await restrictedAsItWas(scoped, scope, stored.buffer) }
  })
  if (previous?.before === undefined) return undefined
  const question = { kind: 'changes-since', before: previous.before } as const
  const changes = await questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question)
  return { importId: loaded.importId, previousImportId: previous.importId, measuredAt: new Date(), changes }
}

async function restrictedAsItWas(
  sql: TenantSql,
  { conditions, boundsApplications, applications }: ScopeKeys,
  buffer: SharedArrayBuffer,
): Promise<SharedArrayBuffer | undefined> {
  const snapshot = readSnapshot(buffer)
  const managers = managersOfScope(conditions)
  const keys = managers.length === 0 ? new Map() : await identityKeys(sql, [...managers, ...managerIdsIn(snapshot)])
  const identities = peopleSelectedIn(snapshot, conditions, keys)
  if (identities === undefined) return undefined
  const marks = new Uint8Array(snapshot.applicationCount)
  for (const ordinal of ordinalsOf(snapshot.applicationKey, applications).ordinals) marks[ordinal] = 1
  return restrictSnapshot(snapshot, { identities, ...(boundsApplications && { applications: marks }) })
}
