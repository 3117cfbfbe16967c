import type { Readiness } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { comparedFindings, type ReadinessReport } from '@assay/role-mining'

/** The figures that the lines show, of loaded data or of files that are not loaded. */
interface DescribedReadiness {
  readonly grants: number
  /** 0 to 1. */
  readonly share: number
  readonly previousShare: number | undefined
  readonly isComplete: boolean
  readonly minCohortSize: number
  readonly usageThrough: string
  readonly attributes: readonly {
    readonly attribute: string
    readonly filledPercent: number
    readonly previousFilledPercent: number | undefined
    readonly values: number
  }[]
  readonly findings: readonly {
    readonly count: number
    readonly before: number | undefined
    readonly title: string
    readonly examples: readonly string[]
    readonly advice: string
  }[]
}

/** From the API's answer about loaded data. */
export function loadedReadiness({ reach, attributes, findings, usageThroughDay }: Readiness): DescribedReadiness {
  return {
    grants: Number(reach?.grants ?? 0),
    share: reach?.share ?? 0,
    previousShare: reach?.previousShare,
    isComplete: reach?.isComplete ?? true,
    minCohortSize: reach?.minCohortSize ?? 0,
    usageThrough: usageThroughDay,
    attributes: attributes.map(({ attribute, filledPercent, previousFilledPercent, values }) => ({
      attribute,
      filledPercent,
      previousFilledPercent,
      values: Number(values),
    })),
    findings: findings.map(({ count, previousCount, ...finding }) => ({
      ...finding,
      count: Number(count),
      before: previousCount === undefined ? undefined : Number(previousCount),
    })),
  }
}

/** From the report about files that are not loaded. */
export function explainedReadiness(report: ReadinessReport): DescribedReadiness {
  const { figures, reach, attributes } = report
  return {
    grants: reach.grants,
    share: reach.grants === 0 ? 0 : (reach.commonGrants + reach.coveredGrants) / reach.grants,
    previousShare: undefined,
    isComplete: reach.isComplete,
    minCohortSize: figures.minCohortSize,
    usageThrough: figures.usageThrough,
    attributes: attributes.map(({ attribute, people, values }) => ({
      attribute,
      filledPercent: figures.enabledPeople === 0 ? 0 : (100 * people) / figures.enabledPeople,
      previousFilledPercent: undefined,
      values,
    })),
    findings: comparedFindings(report, undefined),
  }
}

/** The report in lines; with `brief`, without advice and without empty parts. */
export function describeReadiness(readiness: DescribedReadiness, { brief = false } = {}): string[] {
  const { attributes, findings, usageThrough } = readiness
  const shown = brief ? attributes.filter(({ values }) => values > 0) : attributes
  return [
    `  ${reachOf(readiness)}`,
    ...(usageThrough === '' ? [] : [`  usage reaches until ${usageThrough}`]),
    ...shown.map(({ attribute, filledPercent, previousFilledPercent, values }) => {
      const filled = Math.round(filledPercent)
      const before = previousFilledPercent === undefined ? filled : Math.round(previousFilledPercent)
      return `  ${attribute}: ${before === filled ? '' : `${before} -> `}${filled} % filled, ${values.toLocaleString('en')} ${values === 1 ? 'value' : 'values'}`
    }),
    ...findings.flatMap(({ count, before = count, title, examples, advice }) => [
      `  ${before === count ? '' : `${before.toLocaleString('en')} -> `}${count.toLocaleString('en')} ${title}${listOf(examples, count)}`,
      ...(brief || count === 0 ? [] : [`    ${advice}`]),
    ]),
  ]
}

function reachOf({ grants, share, previousShare, isComplete, minCohortSize }: DescribedReadiness): string {
  const now = Math.round(100 * share)
  const before = previousShare === undefined ? now : Math.round(100 * previousShare)
  return `${isComplete ? '' : 'at least '}${before === now ? '' : `${before} -> `}${now} % of ${grants.toLocaleString('en')} grants are common access or lie in a cohort of ${minCohortSize} people or more: what cohorts can explain at best`
}

function listOf(examples: readonly string[], count: number): string {
  return examples.length === 0 ? '' : `: ${examples.join(', ')}${count > examples.length ? ', ...' : ''}`
}
