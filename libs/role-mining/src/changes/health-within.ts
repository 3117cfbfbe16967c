import type { RoleHealth } from '@assay/mining'
import { type CoverageTools, type LayeredGrants, layeredGrants } from '../insight/coverage/coverage.ts'
import type { HealthPoint } from './role-health-series.ts'

/** The health of the accepted profiles on the data whose grants were assigned to layers. */
export async function healthOf(
  { tenantId, questions }: Pick<CoverageTools, 'tenantId' | 'questions'>,
  { loaded, accepted: roles, residual }: LayeredGrants,
): Promise<{ readonly importId: string; readonly health: RoleHealth }> {
  const question = { kind: 'measure-health', roles, residual } as const
  const health = await questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question)
  return { importId: loaded.importId, health }
}

/**
 * The health within a reader's scope, on the data in force, measured by the call. Rows without a person are outside every scope, so they
 * count as 0.
 * @throws failed_precondition before the first import
 */
export async function healthWithin(tools: CoverageTools): Promise<HealthPoint> {
  const { importId, health } = await healthOf(tools, await layeredGrants(tools))
  return { importId, measuredAt: new Date(), measures: { ...health, orphanRows: 0 } }
}
