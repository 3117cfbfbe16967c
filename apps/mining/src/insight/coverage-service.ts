import {
  type CoverageService,
  ExportResidualGrantsRequest_Format as Format,
  Layer,
} from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { applicationsByKey } from '@assay/directory'
import { invalidArgument, itemAt } from '@assay/errors'
import { residualLayers } from '@assay/mining'
import {
  type CoverageTools,
  coverageSentences,
  grantFilter,
  type LayeredGrants,
  type LoadedSnapshot,
  layeredGrants,
  listLayeredGrants,
  rankedAttributes,
  rankingSentences,
} from '@assay/role-mining'
import { savedRoles } from '@assay/role-sessions'
import { principalOf } from '@assay/server'
import { countOrphanRows } from '@assay/source-loads'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { candidateName, residualGrantMessage } from './convert-coverage.ts'
import { layerMessages } from './layer-messages.ts'
import { verdictMessages } from './mining-words.ts'
import { residualFile } from './residual-file.ts'

const mostRoles = 1000
const mostApplications = 100

/** Which grants roles and attributes explain, and which they do not. */
export function coverageService(service: ServiceContext): ServiceImpl<typeof CoverageService> {
  const toolsOf = (context: HandlerContext): CoverageTools => ({
    tenantId: principalOf(context).tenantId,
    questions: service.explanations,
    within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) =>
      asCallerOnSnapshot(service, context, (sql, _, loaded) => work(sql, loaded)),
    savedRoles,
  })
  return {
    rankAttributes: async (_, context) => {
      const { importId, ranking } = await rankedAttributes(toolsOf(context))
      return {
        importId,
        grants: BigInt(ranking.grants),
        explainedAlone: BigInt(ranking.explainedAlone),
        explained: BigInt(ranking.explained),
        attributes: ranking.attributes.map((one) => ({
          attribute: one.attribute,
          verdict: verdictMessages[one.verdict],
          peopleWithValue: BigInt(one.identitiesWithValue),
          distinctValues: BigInt(one.distinctValues),
          aloneGrants: BigInt(one.alone),
          addedGrants: BigInt(one.added),
          onlyGrants: BigInt(one.only),
          pairGrants: BigInt(one.inPairs),
        })),
        sentences: rankingSentences(ranking),
      }
    },

    getResidual: async (_, context) => {
      const tools = toolsOf(context)
      const told = await layeredGrants(tools)
      const { residual, loaded, unusedBefore } = told
      const { applications, orphanRows } = await tools.within(async (sql) => ({
        applications: await applicationSums(sql, told),
        orphanRows: await countOrphanRows(sql),
      }))
      return {
        importId: loaded.importId,
        grants: BigInt(loaded.snapshot.grantCount),
        layers: residualLayers.map((layer, place) => ({
          layer: layerMessages[layer],
          grants: BigInt(itemAt(residual.grants, place)),
          identities: BigInt(itemAt(residual.identities, place)),
        })),
        toldBy: told.roles
          .map((role, place) => ({
            candidate: candidateName(role),
            grants: BigInt(itemAt(residual.grantsOfRole, place)),
          }))
          .filter(({ grants }) => grants > 0n)
          .slice(0, mostRoles),
        applications,
        orphanRows: BigInt(orphanRows),
        unusedBeforeDay: unusedBefore === 0 ? '' : new Date(unusedBefore * 86_400_000).toISOString().slice(0, 10),
        sentences: coverageSentences(residual, orphanRows),
      }
    },

    listResidualGrants: async (request, context) => {
      const tools = toolsOf(context)
      const condition = conditionOf(request)
      await tools.within((sql, loaded) => grantFilter(sql, loaded, condition))
      const told = await layeredGrants(tools)
      // The version is part of the query, so a token is refused once the data, the settings or the roles are different.
      const query = ['residual grants', tools.tenantId, condition, told.version]
      const pages = new Pages<readonly [at: number]>(service.pageTokens, query, request)
      const { grants, next } = await tools.within(async (sql) =>
        listLayeredGrants(sql, told, await grantFilter(sql, told.loaded, condition), pages.after?.[0] ?? 0, pages.size),
      )
      return {
        grants: grants.map(residualGrantMessage),
        nextPageToken: pages.next(next === undefined ? undefined : [next]),
      }
    },

    exportResidualGrants: async function* (request, context) {
      const tools = toolsOf(context)
      const condition = conditionOf(request)
      const { format } = request
      if (format !== Format.UNSPECIFIED && format !== Format.CSV && format !== Format.NDJSON)
        throw invalidArgument('format', `must be one of FORMAT_CSV, FORMAT_NDJSON, not ${format}`)
      await tools.within((sql, loaded) => grantFilter(sql, loaded, condition))
      const told = await layeredGrants(tools)
      const filter = await tools.within((sql) => grantFilter(sql, told.loaded, condition))
      yield* residualFile(tools, told, filter, format === Format.NDJSON ? 'ndjson' : 'csv')
    },
  }
}

/** Applications by the number of grants that nothing explains; applications without such grants are left out. */
async function applicationSums(sql: TenantSql, { loaded: { snapshot }, residual }: LayeredGrants) {
  const layers = residualLayers.length
  const firstReason = residualLayers.indexOf('policy')
  const sums = [...snapshot.applicationKey.keys()].map((application) => {
    const own = residual.grantsOfApplication.subarray(application * layers, (application + 1) * layers)
    const sum = (part: Uint32Array) => part.reduce((total, one) => total + one, 0)
    return { key: itemAt(snapshot.applicationKey, application), grants: sum(own), left: sum(own.subarray(firstReason)) }
  })
  const most = sums
    .filter(({ left }) => left > 0)
    .sort((a, b) => b.left - a.left || a.key - b.key)
    .slice(0, mostApplications)
  const names = await applicationsByKey(
    sql,
    most.map(({ key }) => key),
  )
  return most.map(({ key, grants, left }) => ({
    applicationId: names.get(key)?.id ?? '',
    displayName: names.get(key)?.displayName ?? '',
    grants: BigInt(grants),
    residualGrants: BigInt(left),
  }))
}

function conditionOf({
  layers,
  identityId,
  applicationId,
  entitlementId,
}: {
  readonly layers: readonly Layer[]
  readonly identityId: string
  readonly applicationId: string
  readonly entitlementId: string
}) {
  const named = layers.map((message) => {
    const layer = residualLayers.find((one) => layerMessages[one] === message)
    if (layer === undefined)
      throw invalidArgument(
        'layers',
        `must be of ${Object.values(layerMessages)
          .map((one) => `LAYER_${Layer[one]}`)
          .join(', ')}, not ${message}`,
      )
    return layer
  })
  return { layers: [...new Set(named)], identityId, applicationId, entitlementId }
}
