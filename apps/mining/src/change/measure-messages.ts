import { HealthMeasure } from '@assay/contracts/assay/change/v1/change_service_pb'
import { invalidArgument } from '@assay/errors'
import type { GoalMeasure } from '@assay/role-mining'

export const measureMessages: Readonly<Record<GoalMeasure, HealthMeasure>> = {
  throughRoles: HealthMeasure.THROUGH_ROLES,
  roles: HealthMeasure.ROLES,
  overGrant: HealthMeasure.OVER_GRANT,
  underGrant: HealthMeasure.UNDER_GRANT,
  overlap: HealthMeasure.OVERLAP,
  descriptionLength: HealthMeasure.DESCRIPTION_LENGTH,
  unused: HealthMeasure.UNUSED,
  residual: HealthMeasure.RESIDUAL,
  orphanRows: HealthMeasure.ORPHAN_ROWS,
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromMeasureMessage(message: HealthMeasure): GoalMeasure {
  const entries = Object.entries(measureMessages) as [GoalMeasure, HealthMeasure][]
  const found = entries.find(([, measure]) => measure === message)?.[0]
  if (found === undefined) {
    const names = entries.map(([, measure]) => `HEALTH_MEASURE_${HealthMeasure[measure]}`)
    throw invalidArgument('measure', `must be one of ${names.join(', ')}, not ${message}`)
  }
  return found
}
