import { setTimeout as sleep } from 'node:timers/promises'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { type RoleMiningManagementRun, RunStatus } from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import { createClient } from '@connectrpc/connect'
import type { ApiClient } from '../api-client.ts'

/**
 * Asks for an analysis and waits for its end.
 * @throws Error with the run's own words when it failed
 */
export async function mine(api: ApiClient): Promise<RoleMiningManagementRun> {
  const roleMining = createClient(RoleMiningManagementService, api.transport)
  const { runId } = await roleMining.triggerAnalysis({})
  for (;;) {
    const { list } = await roleMining.listRuns({ pageSize: 10 })
    const run = list.find(({ id }) => id === runId)
    if (run?.status === RunStatus.FAILED) throw new Error(`The analysis failed: ${run.errorMessage}`)
    if (run?.status === RunStatus.COMPLETED) return run
    await sleep(100)
  }
}
