import type { Principal } from '@assay/auth'
import type { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { knownAttributes } from '@assay/directory'
import { notFound } from '@assay/errors'
import { accessProfileExists } from '@assay/profiles'
import {
  confidentWithin,
  createProfileFromCohort,
  decideSuggestion,
  getConfig,
  listedSuggestion,
  listRuns,
  listSuggestions,
  type RoleMiningConfig,
  type Run,
  type RunPosition,
  replaceConfig,
  requireCohortAllowed,
  requireSuggestionAllowed,
  type SuggestionPosition,
  triggerAnalysis,
  withoutCounts,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages, unpagedListSize } from '../paging.ts'
import { asEvaluatingCaller, asEvaluatingSnapshotCaller } from '../profiles/evaluate-in-call.ts'
import {
  asCaller,
  asCallerOnSnapshot,
  askAsCaller,
  describedSuggestions,
  type ServiceContext,
} from '../service-context.ts'
import { cohortCalls } from './cohort-calls.ts'
import { requireCohortInside } from './cohort-inside.ts'
import { fromCohortRequest } from './convert-cohort-request.ts'
import { toRunMessage } from './convert-run.ts'
import { fromStateMessage } from './convert-suggestion.ts'
import { customAnalysisCalls } from './custom-analysis-calls.ts'
import { describeSuggestions } from './describe-suggestions.ts'

/** ConductorOne's calls of role mining, except its search service. */
export function roleMiningService(service: ServiceContext): ServiceImpl<typeof RoleMiningManagementService> {
  return {
    ...cohortCalls(service),
    ...customAnalysisCalls(service),

    triggerAnalysis: (_, context) =>
      asCaller(service, context, async (sql, caller) => ({
        runId: await triggerAnalysis(sql, service.jobs, caller.tenantId, 'manual', caller.displayName),
      })),

    listRuns: (request, context) =>
      asCaller(service, context, async (sql, caller) => {
        const pages = new Pages<RunPosition>(service.pageTokens, ['runs', caller.tenantId], request, unpagedListSize)
        const { runs, last } = await listRuns(sql, pages)
        return { list: runs.map((run) => runMessageTo(caller, run)), nextPageToken: pages.next(last) }
      }),

    getLatestRun: (_, context) =>
      asCaller(service, context, async (sql, caller) => {
        const [latest] = (await listRuns(sql, { size: 1 })).runs
        return latest === undefined ? {} : { run: runMessageTo(caller, latest) }
      }),

    async listSuggestions(request, context) {
      const { tenantId } = principalOf(context)
      const states = request.states.map((state, index) => fromStateMessage(`states[${index}]`, state))
      const query = ['suggestions', tenantId, states]
      const pages = new Pages<SuggestionPosition>(service.pageTokens, query, request, unpagedListSize)
      const { listed, last } = await askAsCaller(service, context, (sql) => listSuggestions(sql, { states }, pages))
      return { list: await describedSuggestions(service, context, listed), nextPageToken: pages.next(last) }
    },

    async getSuggestion(request, context) {
      const listed = await askAsCaller(service, context, (sql) => listedSuggestion(sql, request.id))
      const [suggestion] = await describedSuggestions(service, context, [listed])
      if (suggestion === undefined) throw notFound('suggestion', request.id)
      return { suggestion }
    },

    async updateSuggestionState(request, context) {
      const { id: suggestionId, createdCatalogId: profileId } = request
      const state = fromStateMessage('state', request.state)
      // An acceptance may have to wait for another evaluation under policies; while it waits, it holds no connection.
      const asDecider = state === 'accepted' ? asEvaluatingSnapshotCaller : asCallerOnSnapshot
      return asDecider(service, context, async (sql, { tenantId, readerScope }, loaded) => {
        if (state === 'accepted' && loaded !== undefined)
          await requireSuggestionAllowed(sql, tenantId, loaded.snapshot, suggestionId, profileId)
        const decision = { suggestionId, state, profileId }
        const profileExists = (id: string) => accessProfileExists(sql, id)
        const decided = await decideSuggestion(sql, decision, { tenantId, snapshot: loaded?.snapshot, profileExists })
        const seen = readerScope === undefined ? [decided] : await confidentWithin(loaded?.snapshot, [decided])
        const [suggestion] = await describeSuggestions(sql, seen)
        return { suggestion }
      })
    },

    getRoleMiningConfig: (_, context) =>
      asCaller(service, context, async (sql) => ({ config: toConfigMessage(await getConfig(sql)) })),

    updateRoleMiningConfig: (request, context) =>
      asCaller(service, context, async (sql, caller) => {
        const config = await replaceConfig(sql, caller.tenantId, request, await knownAttributes(sql))
        return { config: toConfigMessage(config) }
      }),

    async createAccessProfileFromCohort(request, context) {
      const wanted = fromCohortRequest(request)
      await requireCohortInside(service, context, wanted)
      return asEvaluatingCaller(service, context, async (sql, { tenantId, identityId }, options, loaded) => {
        if (loaded !== undefined) await requireCohortAllowed(sql, tenantId, loaded.snapshot, wanted, options)
        const profile = await createProfileFromCohort(sql, tenantId, identityId, wanted, options)
        return { accessProfileId: profile.id, celExpression: profile.celExpression }
      })
    },
  }
}

/** The counts of a run are about all people, so bounded readers do not get them. */
function runMessageTo({ readerScope }: Principal, run: Run) {
  return toRunMessage(readerScope === undefined ? run : withoutCounts(run))
}

function toConfigMessage(config: RoleMiningConfig) {
  return {
    cohortHints: config.cohortHints.map((hint) => ({ ...hint, values: [...hint.values] })),
    maxSuggestions: config.maxSuggestions,
    minCohortSize: config.minCohortSize,
  }
}
