import { DomainError, unavailable } from '@assay/errors'
import { type Attempt, defineWork, jobs } from '@assay/jobs'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { requestMail } from '../mail/request-mail.ts'
import { calculationQueue } from '../queues.ts'
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
import type { EndMining, FoundRole, MineRoles, MiningEvent } from './mining-events.ts'
import { settleRoles } from './settle-roles.ts'
import { showRoles, storeRoles } from './store-roles.ts'

/** What a calculation needs. */
interface CalculationTools {
  readonly sql: Sql
  readonly mine: MineRoles
  readonly endMining: EndMining
}

interface CalculationTask {
  readonly tenantId: number
  readonly taken: TakenCalculation
}

/**
 * Runs the calculation that a session requests. A calculation that was begun before starts again. If a newer one was requested,
 * or another worker has taken it up, this one ends without effect.
 */
export function calculationWork(tools: CalculationTools) {
  const { sql } = tools
  // If this fails, the mining service removes its results itself after some days.
  const endMining = (tenantId: number, taken: TakenCalculation) =>
    tools.endMining(tenantId, requestIdOf(taken)).catch(() => {})
  return defineWork<{ tenantId: number; sessionId: string }, CalculationTask, number>({
    queue: calculationQueue,
    title: 'The calculation',
    longestMs: 120 * 60_000,
    takeUp: async ({ tenantId, sessionId }) => {
      const taken = await inTenant(sql, tenantId, (scoped) => takeUpCalculation(scoped, sessionId))
      return taken && { tenantId, taken }
    },
    progress: { shown: (found) => ({ phase: 'potential roles found', done: found }) },
    run: async ({ tenantId, taken }, attempt) => {
      try {
        await calculate(tools, tenantId, taken, attempt)
      } catch (error) {
        if (!(error instanceof DomainError && error.reason === overtaken)) throw error
      }
      await endMining(tenantId, taken)
    },
    fail: async ({ tenantId, taken }, message) => {
      await inTenant(sql, tenantId, async (scoped) => {
        if (await failCalculation(scoped, taken, message)) await requestMail(scoped, jobs, tenantId, taken.session)
      })
      await endMining(tenantId, taken)
    },
  })
}

/** How soon roles of a first calculation are visible after they are found. */
const batches = { most: 50, waitMs: 200 }

const checkIntervalMs = 1000

/** The same for every attempt at a calculation, so that a crash of the session service does not stop the mining. */
function requestIdOf({ session }: TakenCalculation): string {
  return `session/${session.id}/${session.calculation}`
}

async function calculate(
  { sql, mine }: CalculationTools,
  tenantId: number,
  taken: TakenCalculation,
  { signal: stopping, report }: Attempt<number>,
): Promise<void> {
  const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(sql, tenantId, work)
  const { session } = taken
  const identityKeys = await within(async (scoped) => {
    const { keys, count } = await populationOf(scoped, session.scope)
    await obtainIdentities(scoped, taken, count)
    return keys
  })
  const wanted = {
    requestId: requestIdOf(taken),
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
        report(foundCount)
        isWhole ||= batch.some(({ kind }) => kind === 'summary')
      }
    },
  )
  if (!isWhole) throw unavailable('The mining service stopped before the end')
  await within(async (scoped) => {
    await reportFound(scoped, taken, foundCount)
    if (!taken.showsEarly) await showRoles(scoped, taken)
    await settleRoles(scoped, taken)
    await completeCalculation(scoped, taken)
    await requestMail(scoped, jobs, tenantId, session)
  })
}

/**
 * Works until `check` finds, about once a second, that another worker has taken over: mining results that are no longer needed
 * would delay other minings. The signal is aborted when the work has ended, with or without an error.
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

/** Stores roles while no other transaction can change the session. `foundCount` is the number of roles found so far. */
async function store(
  sql: TenantSql,
  tenantId: number,
  taken: TakenCalculation,
  roles: readonly FoundRole[],
  foundCount: number,
): Promise<void> {
  if (roles.length === 0) return
  await reportFound(sql, taken, foundCount)
  await storeRoles(sql, tenantId, taken, roles)
}
