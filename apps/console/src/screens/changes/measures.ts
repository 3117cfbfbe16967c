import type { RoleHealth } from '@assay/contracts/assay/change/v1/change_service_pb'
import { formatCount, formatPercent } from '../../kit/figures.ts'

/** As the calls name it. */
export type MeasureName =
  | 'throughRoles'
  | 'roles'
  | 'overGrant'
  | 'underGrant'
  | 'overlap'
  | 'residual'
  | 'unused'
  | 'descriptionLength'
  | 'orphanRows'

/** A measure of health. */
export interface Measure {
  readonly key: MeasureName
  readonly of: (point: RoleHealth) => number
  /** A share, 0 to 1; a goal of it is given in per cent. */
  readonly isShare: boolean
  /** Higher is better. */
  readonly isUpwards?: boolean
}

export const measures: readonly Measure[] = [
  {
    key: 'throughRoles',
    of: ({ throughRoles }) => throughRoles,
    isShare: true,
    isUpwards: true,
  },
  {
    key: 'roles',
    of: ({ roles }) => Number(roles),
    isShare: false,
  },
  {
    key: 'overGrant',
    of: ({ overGrant }) => overGrant,
    isShare: true,
  },
  {
    key: 'underGrant',
    of: ({ underGrant }) => underGrant,
    isShare: true,
  },
  {
    key: 'overlap',
    of: ({ overlap }) => overlap,
    isShare: true,
  },
  {
    key: 'residual',
    of: ({ residual }) => residual,
    isShare: true,
  },
  { key: 'unused', of: ({ unused }) => unused, isShare: true },
  {
    key: 'descriptionLength',
    of: ({ descriptionLength }) => Number(descriptionLength),
    isShare: false,
  },
  {
    key: 'orphanRows',
    of: ({ orphanRows }) => Number(orphanRows),
    isShare: false,
  },
]

export function measureWords({ isShare }: Measure, value: number): string {
  return isShare ? formatPercent(value) : formatCount(value)
}
