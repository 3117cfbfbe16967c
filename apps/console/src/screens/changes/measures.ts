import type { HealthGoal, RoleHealth } from '@assay/contracts/assay/change/v1/change_service_pb'
import { formatCount, formatPercent } from '../../kit/figures.ts'

/** A measure of health as people read it. */
export interface Measure {
  /** As the calls name it. */
  readonly key: string
  readonly title: string
  readonly means: string
  readonly of: (point: RoleHealth) => number
  /** A share, 0 to 1; a goal of it is given in per cent. */
  readonly isShare: boolean
  /** Higher is better. */
  readonly isUpwards?: boolean
}

export const measures: readonly Measure[] = [
  {
    key: 'throughRoles',
    title: 'Given by profiles',
    means: 'of all grants beyond common access',
    of: ({ throughRoles }) => throughRoles,
    isShare: true,
    isUpwards: true,
  },
  {
    key: 'roles',
    title: 'Profiles',
    means: 'that give something to somebody',
    of: ({ roles }) => Number(roles),
    isShare: false,
  },
  {
    key: 'overGrant',
    title: 'Not held by members',
    means: 'of what profiles give',
    of: ({ overGrant }) => overGrant,
    isShare: true,
  },
  {
    key: 'underGrant',
    title: 'Given by no profile',
    means: 'of all grants beyond common access',
    of: ({ underGrant }) => underGrant,
    isShare: true,
  },
  {
    key: 'overlap',
    title: 'Given twice',
    means: 'cells beyond the first profile, for each grant',
    of: ({ overlap }) => overlap,
    isShare: true,
  },
  {
    key: 'residual',
    title: 'Told by nothing',
    means: 'neither by a profile nor by an open candidate',
    of: ({ residual }) => residual,
    isShare: true,
  },
  { key: 'unused', title: 'Not used', means: 'of all grants', of: ({ unused }) => unused, isShare: true },
  {
    key: 'descriptionLength',
    title: 'Length of the description',
    means: 'profiles with their exceptions',
    of: ({ descriptionLength }) => Number(descriptionLength),
    isShare: false,
  },
  {
    key: 'orphanRows',
    title: 'Rows of nobody',
    means: 'whose holder is in no source',
    of: ({ orphanRows }) => Number(orphanRows),
    isShare: false,
  },
]

export function measureWords({ isShare }: Measure, value: number): string {
  return isShare ? formatPercent(value) : formatCount(value)
}

/** `at least 80 %: reached` */
export function goalWords(measure: Measure, goal: HealthGoal | undefined): string {
  if (goal === undefined) return 'none'
  const bound = `${measure.isUpwards ? 'at least' : 'at most'} ${measureWords(measure, goal.goal)}`
  return goal.isReached === undefined ? bound : `${bound}: ${goal.isReached ? 'reached' : 'missed'}`
}

/** How many profiles there are, what they give, and which goals are missed. */
export function healthSentence(point: RoleHealth, goals: readonly HealthGoal[]): string {
  const missed = measures.filter(({ key }) => goals.some((goal) => goal.measure === key && goal.isReached === false))
  const given = `${formatCount(Number(point.roles))} ${point.roles === 1n ? 'profile gives' : 'profiles give'}`
  const what = `${given} ${formatPercent(point.throughRoles)} of ${formatCount(Number(point.grants))} grants.`
  if (goals.length === 0) return what
  if (missed.length === 0) return `${what} All goals are reached.`
  return `${what} Missed: ${missed.map(({ title }) => title.toLowerCase()).join(', ')}.`
}
