import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError, unavailable } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { requestMail } from '../mail/request-mail.ts'
import { populationOf } from '../sessions/population.ts'
import {
  checkStillOurs,
  completeCalculation,
  failCalculation,
  obtainIdentities,
  obtainThreshold,
  overtaken,
  reportFound,
  type TakenCalculation,
  takeUpCalculation,
} from './calculations.ts'
import { inBatches } from './in-batches.ts'
import type { FoundRole, MineRoles, MiningEvent } from './mining-events.ts'
import { settleRoles } from './settle-roles.ts'
import { showRoles, stageRoles } from './store-roles.ts'

/** What a calculation is worked off with. */
export interface CalculationTools {
  readonly sql: Sql
  readonly jobs: Jobs
  readonly mine: MineRoles
  /** Told what people are only told in general words. */
  readonly onFault: (error: unknown, sessionId: string) => void
}

/** Roles of a first calculation can be read so soon after they were found. */
const batches = { most: 50, waitMs: 200 }

const checkIntervalMs = 1000

/** Before a service that is away is asked again, longer each time: with the hundred attempts of a job, a quarter of an hour. */
const pauseMs = 250
const mostPauseMs = 10_000

const passing: ReadonlySet<string> = new Set(['unavailable', 'resource_exhausted', 'aborted'])

/**
 * Works off the calculation that a session asks for. Safe to run again and from two processes: a calculation that was
 * begun starts anew, and a newer one or another worker's makes this one end without effect. One that cannot be completed
 * ends as failed; an error is thrown only for what may pass (a service is away, this process stops).
 */
export async function runCalculation(
  tools: CalculationTools,
  { tenantId, sessionId }: { readonly tenantId: number; readonly sessionId: string },
  signal: AbortSignal,
): Promise<void> {
  const taken = await inTenant(tools.sql, tenantId, (sql) => takeUpCalculation(sql, sessionId))
  if (taken === undefined) return
  try {
    await calculate(tools, tenantId, taken, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof DomainError && error.reason === overtaken) return
    if (error instanceof DomainError && passing.has(error.kind)) {
      await sleep(Math.min(mostPauseMs, pauseMs * taken.attempt), undefined, { signal })
      throw error
    }
    const isOurs = !(error instanceof DomainError)
    if (isOurs) tools.onFault(error, sessionId)
    const message = isOurs
      ? `The calculation met an internal fault; the log tells more about session ${sessionId}.`
      : error.message
    await inTenant(tools.sql, tenantId, async (sql) => {
      if (await failCalculation(sql, taken, message)) await requestMail(sql, tools.jobs, tenantId, taken.session)
    })
  }
}

/** Ends the calculation of a session that the queue has given up. */
export async function giveUpCalculation(
  { sql, jobs }: Pick<CalculationTools, 'sql' | 'jobs'>,
  { tenantId, sessionId }: { readonly tenantId: number; readonly sessionId: string },
  message: string,
): Promise<void> {
  await inTenant(sql, tenantId, async (scoped) => {
    const taken = await takeUpCalculation(scoped, sessionId)
    if (taken === undefined) return
    await failCalculation(scoped, taken, message)
    await requestMail(scoped, jobs, tenantId, taken.session)
  })
}

async function calculate(
  { sql, jobs, mine }: CalculationTools,
  tenantId: number,
  taken: TakenCalculation,
  stopping: AbortSignal,
): Promise<void> {
  const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(sql, tenantId, work)
  const { session } = taken
  const identityKeys = await within(async (scoped) => {
    const { keys, count } = await populationOf(scoped, session.scope)
    await obtainIdentities(scoped, taken, count)
    return keys
  })
  const wanted = {
    identityKeys,
    type: session.type,
    tightness: session.pruneThreshold ?? undefined,
    minIdentities: session.minIdentities,
  }
  let foundCount = 0
  let isWhole = false
  await whileOurs(
    () => within((scoped) => checkStillOurs(scoped, taken)),
    async (left) => {
      const events = mine(tenantId, wanted, AbortSignal.any([stopping, left]))
      for await (const batch of inBatches(events, batches)) {
        const roles = batch.flatMap((event) => (event.kind === 'role' ? [event.role] : []))
        await within(async (scoped) => {
          await noteOutline(scoped, taken, batch)
          await store(scoped, tenantId, taken, roles, foundCount + roles.length)
        })
        foundCount += roles.length
        isWhole ||= batch.some(({ kind }) => kind === 'summary')
      }
    },
  )
  if (!isWhole) throw unavailable('The mining service broke off')
  await within(async (scoped) => {
    await reportFound(scoped, taken, foundCount)
    await showRoles(scoped, taken)
    await settleRoles(scoped, taken)
    await completeCalculation(scoped, taken)
    await requestMail(scoped, jobs, tenantId, session)
  })
}

/**
 * Works until `check` finds, about once a second, that somebody else has taken over: mining for minutes what nobody waits
 * for any more would keep others waiting. The signal is aborted when the work has ended in whatever way.
 */
async function whileOurs(check: () => Promise<void>, work: (left: AbortSignal) => Promise<void>): Promise<void> {
  const left = new AbortController()
  const timer = setInterval(() => {
    check().catch((error: unknown) => {
      if (error instanceof DomainError && error.reason === overtaken) left.abort(error)
    })
  }, checkIntervalMs)
  try {
    await work(left.signal)
  } catch (error) {
    throw left.signal.aborted ? left.signal.reason : error
  } finally {
    clearInterval(timer)
    left.abort()
  }
}

async function noteOutline(sql: TenantSql, taken: TakenCalculation, batch: readonly MiningEvent[]): Promise<void> {
  for (const event of batch) if (event.kind === 'outline') await obtainThreshold(sql, taken, event.outline)
}

/** Stores roles while nobody else may change the session; `foundCount` is how many were found by then. */
async function store(
  sql: TenantSql,
  tenantId: number,
  taken: TakenCalculation,
  roles: readonly FoundRole[],
  foundCount: number,
): Promise<void> {
  if (roles.length === 0) return
  await reportFound(sql, taken, foundCount)
  await stageRoles(sql, tenantId, taken, roles)
  if (taken.showsEarly) await showRoles(sql, taken)
}
