import { HealthMeasure, type RoleHealth } from '@assay/contracts/assay/change/v1/change_service_pb'
import { formatCount, formatPercent } from '../../kit/figures.ts'

/** A measure of health. */
export interface Measure {
  readonly key: HealthMeasure
  readonly of: (point: RoleHealth) => number
  /** A share, 0 to 1; its goal is entered in per cent. */
  readonly isShare: boolean
  /** Higher is better. */
  readonly isUpwards?: boolean
}

export const measures: readonly Measure[] = [
  {
    key: HealthMeasure.THROUGH_ROLES,
    of: ({ throughRoles }) => throughRoles,
    isShare: true,
    isUpwards: true,
  },
  {
    key: HealthMeasure.ROLES,
    of: ({ roles }) => Number(roles),
    isShare: false,
  },
  {
    key: HealthMeasure.OVER_GRANT,
    of: ({ overGrant }) => overGrant,
    isShare: true,
  },
  {
    key: HealthMeasure.UNDER_GRANT,
    of: ({ underGrant }) => underGrant,
    isShare: true,
  },
  {
    key: HealthMeasure.OVERLAP,
    of: ({ overlap }) => overlap,
    isShare: true,
  },
  {
    key: HealthMeasure.RESIDUAL,
    of: ({ residual }) => residual,
    isShare: true,
  },
  { key: HealthMeasure.UNUSED, of: ({ unused }) => unused, isShare: true },
  {
    key: HealthMeasure.DESCRIPTION_LENGTH,
    of: ({ descriptionLength }) => Number(descriptionLength),
    isShare: false,
  },
  {
    key: HealthMeasure.ORPHAN_ROWS,
    of: ({ orphanRows }) => Number(orphanRows),
    isShare: false,
  },
]

export function measureWords({ isShare }: Measure, value: number): string {
  return isShare ? formatPercent(value) : formatCount(value)
}
