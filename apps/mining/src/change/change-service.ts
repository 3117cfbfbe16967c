import type { ChangeService, Fate } from '@assay/contracts/assay/change/v1/change_service_pb'
import { entitlementsByKey } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { CandidateFate } from '@assay/mining'
import {
  compareRuns,
  type HealthPosition,
  healthGoals,
  type LoadChangePosition,
  listComparableRuns,
  listHealth,
  listLoadChanges,
  setHealthGoal,
} from '@assay/role-mining'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { changesWithin } from './change-within.ts'
import { candidateChangeMessage, goalMessages, healthMessage, loadMessage, runMessage } from './convert-change.ts'
import { fateMessages } from './fate-messages.ts'
import { fromMeasureMessage } from './measure-messages.ts'

/** The changes between loads and between runs, and the health of the roles. */
export function changeService(service: ServiceContext): ServiceImpl<typeof ChangeService> {
  const { pageTokens } = service
  return {
    listComparableRuns: async (_, context) => {
      const history = await changesWithin(service, context)?.history(false)
      const list = history?.runs ?? listComparableRuns
      return asCaller(service, context, async (sql) => ({ runs: (await list(sql)).map(runMessage) }))
    },

    compareRuns: async (request, context) => {
      const history = await changesWithin(service, context)?.history(true)
      return asCaller(service, context, async (sql, { tenantId }) => {
        const fates = fatesOf(request.fates)
        const found = await compareRuns(sql, request.runId, request.previousRunId, history)
        const query = ['run comparison', tenantId, found.after.id, found.before.id, fates]
        const pages = new Pages<readonly [place: number]>(pageTokens, query, request)
        const listed = found.changes.filter(({ fate }) => (fates.length === 0 ? fate !== 'same' : fates.includes(fate)))
        const start = pages.after?.[0] ?? 0
        const end = start + pages.size
        const shown = await found.explain(sql, listed.slice(start, end))
        const keys = shown.flatMap((one) => [...one.entitlementsAdded, ...one.entitlementsRemoved])
        const names = await entitlementsByKey(sql, [...new Set(keys)])
        return {
          run: runMessage(found.after),
          previousRun: runMessage(found.before),
          settingDifferences: [...found.settingDifferences],
          counts: Object.entries(found.counts).map(([fate, count]) => ({
            fate: fateMessages[fate as CandidateFate],
            count,
          })),
          changes: shown.map((one) => candidateChangeMessage(one, names)),
          nextPageToken: pages.next(end < listed.length ? [end] : undefined),
        }
      })
    },

    listLoadChanges: async (request, context) => {
      const own = await changesWithin(service, context)?.loads()
      return asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<LoadChangePosition>(pageTokens, ['load changes', tenantId], request)
        const { loads, last } = own === undefined ? await listLoadChanges(sql, pages) : { loads: own, last: undefined }
        const keys = loads.flatMap(({ changes }) => changes.entitlements.map(({ key }) => key))
        const names = await entitlementsByKey(sql, [...new Set(keys)])
        return { loads: loads.map((load) => loadMessage(load, names)), nextPageToken: pages.next(last) }
      })
    },

    listRoleHealth: async (request, context) => {
      const own = await changesWithin(service, context)?.health()
      // Goals are about the health of the whole organisation, so bounded readers get none.
      if (own !== undefined) return { points: own.map(healthMessage) }
      return asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<HealthPosition>(pageTokens, ['role health', tenantId], request)
        const { points, last } = await listHealth(sql, pages)
        const [newest] = pages.after === undefined ? points : (await listHealth(sql, { size: 1 })).points
        const goals = goalMessages(await healthGoals(sql), newest)
        return { points: points.map(healthMessage), nextPageToken: pages.next(last), goals }
      })
    },

    setHealthGoal: ({ measure, goal }, context) =>
      asCaller(service, context, async (sql, { tenantId, displayName }) => {
        const goals = await setHealthGoal(sql, tenantId, {
          measure: fromMeasureMessage(measure),
          goal,
          setBy: displayName,
        })
        return { goals: goalMessages(goals, (await listHealth(sql, { size: 1 })).points[0]) }
      }),
  }
}

function fatesOf(messages: readonly Fate[]): readonly CandidateFate[] {
  const names = Object.keys(fateMessages) as CandidateFate[]
  const fates = messages.map((message) => {
    const fate = names.find((name) => fateMessages[name] === message)
    if (fate === undefined)
      throw invalidArgument(
        'fates',
        `must be of ${names.map((name) => `FATE_${name.toUpperCase()}`).join(', ')}, not ${message}`,
      )
    return fate
  })
  return [...new Set(fates)].sort()
}
