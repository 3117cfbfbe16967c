import { failedPrecondition, notFound } from '@assay/errors'
import type { CohortMiningResult, NearestSetting as PassingSetting, RejectionReason } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import type { PolicyReport } from './apply-policies.ts'
import type { MiningSettings } from './mining-settings.ts'
import { listRuns } from './runs.ts'
import { settingWords } from './setting-words.ts'

/** A change of one setting that leads to suggestions. */
export interface NearestSetting {
  /** The name of the setting in the API. */
  readonly setting: 'minCohortSize'
  readonly value: number
  readonly suggestionCount: number
}

/** The stored data of a run besides its suggestions: the reasons why there are no more of them. */
export interface RunReport extends Pick<CohortMiningResult, 'populations' | 'rejected'> {
  /** All settings of the run; ordinals of common access have no meaning without the snapshot. */
  readonly settings: MiningSettings
  readonly nearestSetting?: NearestSetting | undefined
  /** Number of findings that were nearly the same as a dismissed suggestion; absent from runs of versions that did not leave them out. */
  readonly suppressedCount?: number | undefined
  /** The cohort sizes with which a run without suggestions was mined again, largest first, up to the one that returned some. */
  readonly triedCohortSizes?: readonly number[]
  /** Absent from runs of versions that did not compute it. */
  readonly nearest?: CohortMiningResult['nearest'] | undefined
  /** Absent when no policy was in force. */
  readonly policies?: PolicyReport | undefined
}

/** Candidates that one rule rejected, and the nearest setting with which some would pass. */
interface Rejected {
  readonly reason: RejectionReason
  readonly count: number
  readonly nearestSetting: PassingSetting | undefined
}

interface RunInsight {
  readonly runId: string
  readonly suggestionCount: number
  /** Sentences, the most important first. */
  readonly explanations: readonly string[]
  /** The highest count first. */
  readonly rejected: readonly Rejected[]
  readonly report: RunReport
}

/**
 * Explains a completed run.
 * @param id its id, or `latest`
 * @throws not_found; failed_precondition for a run that has not completed
 */
export async function getRunInsight(sql: TenantSql, id: string): Promise<RunInsight> {
  const runId = id === 'latest' ? (await listRuns(sql, { size: 1 })).runs[0]?.id : id
  const [run] =
    runId !== undefined && /^[0-9a-f-]{36}$/i.test(runId)
      ? await sql<{ id: string; status: string; suggestions_generated: number; report: RunReport | null }[]>`
          select id, status, suggestions_generated, report from role_mining_runs where id = ${runId}`
      : []
  if (run === undefined) throw notFound('run', id)
  if (run.report === null)
    throw failedPrecondition(`run "${run.id}" is ${run.status}; only a completed run is explained`)
  return {
    runId: run.id,
    suggestionCount: run.suggestions_generated,
    explanations: explain(run.report, run.suggestions_generated),
    rejected: rejectedOf(run.report),
    report: run.report,
  }
}

function rejectedOf({ rejected, nearest }: RunReport): Rejected[] {
  return (Object.entries(rejected) as [RejectionReason, number][])
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({ reason, count, nearestSetting: nearest?.[reason] }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
}

const reasonWords: Readonly<Record<RejectionReason, (count: string, settings: RunReport['settings']) => string>> = {
  cohort_too_small: (count, { minCohortSize }) => `${count} groups have fewer than ${minCohortSize} people`,
  same_members_as_simpler_cohort: (count) => `${count} groups have the same people as a group with simpler conditions`,
  nothing_shared: (count) => `${count} groups share no access that the rest of the organisation lacks`,
  explained_by_better_cohort: (count) => `${count} groups are explained by better suggestions`,
  too_few_entitlements: (count, { minEntitlements }) =>
    `${count} groups have fewer than ${minEntitlements} entitlements left to explain`,
  too_little_saved: (count) => `${count} groups save no more than their description takes`,
  not_beyond_chance: (count) => `${count} groups share access no more than by chance`,
  beyond_max_suggestions: (count, { maxSuggestions }) =>
    `${count} suggestions are beyond the limit of ${maxSuggestions}`,
  coverage_interval_too_low: (count) =>
    `${count} times an entitlement was held by too few people of a group to be sure`,
  no_lift_over_outside: (count) => `${count} times an entitlement was about as common outside the group`,
  uneven_inside_cohort: (count) => `${count} times one part of a group hardly held the entitlement`,
  explained_by_more_general_cohort: (count) => `${count} times a more general group gave the entitlement already`,
}

/** The effect of another value on this rule only: whether it leads to a suggestion depends on the other rules. */
function passingWords({ setting, value, candidateCount }: PassingSetting): string {
  const count = candidateCount.toLocaleString('en')
  const words = settingWords(setting, value)
  if (setting === 'minCohortSize') return `${count} of them would be analysed with ${words}`
  if (setting === 'minEntitlements') return `${count} of them would be a suggestion with ${words}`
  if (setting === 'maxSuggestions') return `all are kept with ${words}`
  return `${count} of them would pass this rule and those about evenness with ${words}`
}

/** Explains a run without suggestions by the size of groups, with the sizes that were tried. */
function withoutSuggestions({ nearestSetting, triedCohortSizes: tried }: RunReport): string | undefined {
  if (nearestSetting !== undefined) {
    const { setting, value, suggestionCount: count } = nearestSetting
    return `With ${settingWords(setting, value)} there would be ${count} ${count === 1 ? 'suggestion' : 'suggestions'}.`
  }
  if (tried === undefined || tried.length === 0) return undefined
  return `Mined again with ${settingWords('minCohortSize', ...tried)}, the organisation gives no suggestion either.`
}

function suppressedWords(count: number): string {
  return `${count} ${count === 1 ? 'suggestion is' : 'suggestions are'} left out: people dismissed nearly the same, and the reason still holds.`
}

/** The result of a run in sentences. */
export function explain(report: RunReport, suggestionCount: number): string[] {
  const people = report.populations.find(({ population }) => population === 'people')
  const sentences: string[] = []
  if (people === undefined || people.identityCount === 0) return ['There are no enabled people to form groups of.']
  if (people.grantCount === 0) return ['Nobody holds anything: there are no grants to explain.']
  const { suppressedCount = 0 } = report
  if (suppressedCount > 0) sentences.push(suppressedWords(suppressedCount))
  if (suggestionCount === 0 && suppressedCount === 0) {
    const isDescribed = people.attributes.some(({ verdict }) => verdict === 'used' || verdict === 'beyond_limit')
    const words = withoutSuggestions(report)
    const refused = report.policies?.refusedCount ?? 0
    if (refused > 0) sentences.push('Policies do not allow the roles that were found.')
    else if (words !== undefined && (isDescribed || report.nearestSetting !== undefined)) sentences.push(words)
    else if (!isDescribed)
      sentences.push(
        'No attribute describes groups of people: each is empty, the same for nearly all, or different for nearly all.',
      )
  }
  sentences.push(...policySentences(report.policies))
  for (const { reason, count, nearestSetting } of rejectedOf(report)) {
    const words = reasonWords[reason](count.toLocaleString('en'), report.settings)
    sentences.push(`${words}${nearestSetting === undefined ? '' : `; ${passingWords(nearestSetting)}`}.`)
  }
  if (people.commonAccess.length > 0)
    sentences.push(`${people.commonAccess.length} entitlements are common access, which is left out.`)
  for (const { attribute, verdict } of people.attributes) {
    if (verdict === 'empty') sentences.push(`Attribute "${attribute}" is empty.`)
    if (verdict === 'nearly_constant') sentences.push(`Attribute "${attribute}" is the same for nearly everybody.`)
    if (verdict === 'nearly_unique')
      sentences.push(`Attribute "${attribute}" has hardly a value that ${report.settings.minCohortSize} people share.`)
  }
  return sentences
}

function policySentences(policies: PolicyReport | undefined): string[] {
  return (policies?.effects ?? []).flatMap(({ policyName, leftOut, refused }) => {
    const words = [
      ...(leftOut > 0
        ? [`left ${leftOut.toLocaleString('en')} ${leftOut === 1 ? 'entitlement' : 'entitlements'} out of suggestions`]
        : []),
      ...(refused > 0
        ? [`left too little of ${refused.toLocaleString('en')} ${refused === 1 ? 'group' : 'groups'}`]
        : []),
    ]
    return words.length === 0 ? [] : `Policy "${policyName}" ${words.join(' and ')}.`
  })
}
