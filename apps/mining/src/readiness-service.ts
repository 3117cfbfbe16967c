import { type ReadinessService, Readiness_State as State } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import {
  comparedFindings,
  getReadiness,
  type LoadedSnapshot,
  type ReadinessReport,
  type ReadinessState,
  readinessWithin,
  type StoredReadiness,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { findingMessages, verdictMessages } from './insight/mining-words.ts'
import { asCaller, type ServiceContext, untilGone } from './service-context.ts'

/** How good the access data are for mining. */
export function readinessService(service: ServiceContext): ServiceImpl<typeof ReadinessService> {
  return {
    getReadiness: async ({ importId }, context) => {
      const caller = principalOf(context)
      if (caller.readerScope === undefined)
        return asCaller(service, context, async (sql, { tenantId }) =>
          readinessMessage(await getReadiness(sql, service.jobs, tenantId, importId)),
        )
      const tools = {
        tenantId: caller.tenantId,
        questions: service.explanations,
        within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) =>
          service.snapshots.use(caller, work, untilGone(context)),
      }
      return readinessMessage(await readinessWithin(tools, importId))
    },
  }
}

function readinessMessage({ importId, state, errorMessage, measuredAt, report, previous }: StoredReadiness) {
  return {
    importId,
    state: states[state],
    errorMessage,
    ...(measuredAt && { measureTime: timestampFromDate(measuredAt) }),
    previousImportId: previous?.importId ?? '',
    ...(report && figuresOf(report, previous?.report)),
  }
}

const states: Readonly<Record<ReadinessState, State>> = {
  measuring: State.MEASURING,
  measured: State.MEASURED,
  failed: State.FAILED,
}

function figuresOf(report: ReadinessReport, before: ReadinessReport | undefined) {
  const { figures, reach, attributes } = report
  return {
    people: BigInt(figures.people),
    enabledPeople: BigInt(figures.enabledPeople),
    entitlements: BigInt(figures.entitlements),
    usageThroughDay: figures.usageThrough,
    reach: {
      grants: BigInt(reach.grants),
      commonGrants: BigInt(reach.commonGrants),
      coveredGrants: BigInt(reach.coveredGrants),
      isComplete: reach.isComplete,
      share: shareOf(reach),
      ...(before && { previousShare: shareOf(before.reach) }),
      minCohortSize: figures.minCohortSize,
      minCoverage: figures.minCoverage,
    },
    attributes: attributes.map((one) => {
      const earlier = before?.attributes.find(({ attribute }) => attribute === one.attribute)
      return {
        attribute: one.attribute,
        peopleWithValue: BigInt(one.people),
        filledPercent: percentOf(one.people, figures.enabledPeople),
        ...(before && earlier && { previousFilledPercent: percentOf(earlier.people, before.figures.enabledPeople) }),
        values: BigInt(one.values),
        peopleInGroups: BigInt(one.peopleInGroups),
        verdict: verdictMessages[one.verdict],
        lostGrants: BigInt(one.lostGrants),
      }
    }),
    findings: comparedFindings(report, before).map(({ kind, count, before: previous, title, examples, advice }) => ({
      kind: findingMessages[kind],
      count: BigInt(count),
      ...(previous !== undefined && { previousCount: BigInt(previous) }),
      title,
      examples: [...examples],
      advice,
    })),
  }
}

function shareOf({ grants, commonGrants, coveredGrants }: ReadinessReport['reach']): number {
  return grants === 0 ? 0 : (commonGrants + coveredGrants) / grants
}

function percentOf(count: number, of: number): number {
  return of === 0 ? 0 : (100 * count) / of
}
