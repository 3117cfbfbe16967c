import {
  type RoleMiningManagementRun,
  RoleMiningManagementRunSchema,
  RunStatus,
  TriggerType,
} from '@assay/contracts/c1/api/role_mining_management/v1/run_pb'
import type { Run } from '@assay/role-mining'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const statuses: Readonly<Record<Run['status'], RunStatus>> = {
  // The contract has no queued state: a waiting run is shown as running, with 0 analyzed.
  waiting: RunStatus.RUNNING,
  running: RunStatus.RUNNING,
  completed: RunStatus.COMPLETED,
  failed: RunStatus.FAILED,
}

const triggers: Readonly<Record<Run['trigger'], TriggerType>> = {
  manual: TriggerType.MANUAL,
  import: TriggerType.UPLIFT_COMPLETION,
  schedule: TriggerType.SCHEDULED,
}

export function toRunMessage(run: Run): RoleMiningManagementRun {
  return create(RoleMiningManagementRunSchema, {
    id: run.id,
    status: statuses[run.status],
    triggerType: triggers[run.trigger],
    triggerDetail: run.triggerDetail,
    totalUsers: run.totalUsers,
    cohortsAnalyzed: run.cohortsAnalyzed,
    suggestionsGenerated: run.suggestionsGenerated,
    errorMessage: run.errorMessage,
    createdAt: timestampFromDate(run.createdAt),
    updatedAt: timestampFromDate(run.updatedAt),
    ...(run.completedAt && { completedAt: timestampFromDate(run.completedAt) }),
  })
}
