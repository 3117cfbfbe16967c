import {
  asTold,
  type CoverageTools,
  changeWithin,
  type HealthPoint,
  healthWithin,
  historyWithin,
  type LoadChange,
  type LoadedSnapshot,
  type RunHistory,
} from '@assay/role-mining'
import { savedRoles } from '@assay/role-sessions'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'
import { type ServiceContext, untilGone } from '../service-context.ts'

/** The changes that a bounded reader may see, computed for that reader's scope. */
interface ChangesWithin {
  readonly history: (isCompared: boolean) => Promise<RunHistory>
  /** The changes of the load in force; empty when the load before is no longer known. */
  readonly loads: () => Promise<readonly LoadChange[]>
  /** The health of the data in force; empty before the first import. */
  readonly health: () => Promise<readonly HealthPoint[]>
}

/** Reads changes within the scope of the caller; undefined for a caller who is not a bounded reader. */
export function changesWithin(service: ServiceContext, context: HandlerContext): ChangesWithin | undefined {
  const caller = principalOf(context)
  const { tenantId, readerScope: scopeId } = caller
  if (scopeId === undefined) return undefined
  const within = <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) =>
    service.snapshots.use(caller, work, untilGone(context))
  const tools = { sql: service.sql, tenantId, scopeId, questions: service.explanations }
  const loaded = () => within(async (_, current) => current)
  return {
    history: async (isCompared) => historyWithin(tools, await loaded(), isCompared),
    loads: async () => {
      const current = await loaded()
      const change = current && (await changeWithin(tools, current))
      return change === undefined ? [] : [asTold(change)]
    },
    health: async () => {
      const coverage: CoverageTools = { tenantId, questions: service.explanations, within, savedRoles }
      return (await loaded()) === undefined ? [] : [await healthWithin(coverage)]
    },
  }
}
