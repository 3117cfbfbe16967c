import { type CohortMiningSettings, type ExplainedSuggestion, resolveSettings, type Snapshot } from '@assay/mining'
import { type CompiledPolicies, judgeSuggestion, policiesInForce, type SuggestionVerdict } from '@assay/policies'
import type { TenantSql } from '@assay/store'
import { peopleWithin } from '../search-cohort.ts'
import { conditionWords } from './holder-words.ts'

/** The effect of policies on the suggestions of an answer. */
export interface PolicyAnswer {
  /** The deciding rule, in place of the rule of the analysis; undefined when policies do not change the decision. */
  readonly rule?: 'refused_by_policy' | 'left_out_by_policy'
  readonly sentences: readonly string[]
  /** The suggestions from which policies remove the entitlement. */
  readonly barred?: ReadonlySet<ExplainedSuggestion>
  /** Whether policies also refuse the result of changed settings or of a changed attribute. */
  readonly bars: boolean
}

/** Policies have no effect. */
export const untouched: PolicyAnswer = { sentences: [], bars: false }

const mostNamed = 3

/** Applies the policies in force to suggestions, in the transaction of a question. */
export class SuggestionPolicies {
  readonly #sql: TenantSql
  readonly #snapshot: Snapshot
  readonly #compiled: CompiledPolicies
  readonly #settings: CohortMiningSettings
  readonly #nameOf: (entitlement: number) => string

  private constructor(
    sql: TenantSql,
    snapshot: Snapshot,
    compiled: CompiledPolicies,
    settings: Partial<CohortMiningSettings>,
    nameOf: (entitlement: number) => string,
  ) {
    this.#sql = sql
    this.#snapshot = snapshot
    this.#compiled = compiled
    this.#settings = resolveSettings(settings)
    this.#nameOf = nameOf
  }

  /** Undefined when no policy is in force. */
  static async inForce(
    sql: TenantSql,
    snapshot: Snapshot,
    settings: Partial<CohortMiningSettings>,
    nameOf: (entitlement: number) => string,
  ): Promise<SuggestionPolicies | undefined> {
    const compiled = await policiesInForce(sql, snapshot)
    return compiled && new SuggestionPolicies(sql, snapshot, compiled, settings, nameOf)
  }

  /** The effect on one suggestion, and on the entitlement in question, if any. */
  async ofSuggestion(suggestion: ExplainedSuggestion, asked: number | undefined): Promise<PolicyAnswer> {
    const verdict = await this.#judge(suggestion)
    const { refusedBy, leftOut } = verdict
    if (refusedBy !== undefined) return { rule: 'refused_by_policy', sentences: [refusal(verdict)], bars: true }
    if (leftOut.length === 0) return untouched
    const found = leftOut.find(({ entitlement }) => entitlement === asked)
    if (found !== undefined) {
      const sentences = [`Policies leave it out of this suggestion: ${this.#because(found)}.`]
      return { rule: 'left_out_by_policy', sentences, bars: true }
    }
    const told = leftOut.slice(0, mostNamed).map((one) => `${this.#nameOf(one.entitlement)}: ${this.#because(one)}`)
    const count = `${leftOut.length} of its ${suggestion.entitlements.length} entitlements`
    return { sentences: [`Policies leave out ${count}; ${told.join('; ')}.`], bars: false }
  }

  /** The effect on the suggestions with an entitlement: whether at least one of them keeps it. */
  async ofAll(suggestions: readonly ExplainedSuggestion[], entitlement: number): Promise<PolicyAnswer> {
    const barred = new Map<ExplainedSuggestion, PolicyAnswer>()
    for (const suggestion of suggestions) {
      const answer = await this.ofSuggestion(suggestion, entitlement)
      if (answer.bars) barred.set(suggestion, answer)
    }
    const sentences = [...barred]
      .slice(0, mostNamed)
      .map(([suggestion, answer]) => `The suggestion for ${conditionWords(suggestion)}: ${answer.sentences[0]}`)
    const isBarred = barred.size > 0 && barred.size === suggestions.length
    const rule = isBarred && { rule: 'left_out_by_policy' as const }
    return { ...rule, sentences, barred: new Set(barred.keys()), bars: isBarred }
  }

  async #judge({ filters, entitlements }: ExplainedSuggestion): Promise<SuggestionVerdict> {
    const members = await peopleWithin(this.#sql, this.#snapshot, [{ filters }])
    return judgeSuggestion(this.#snapshot, this.#compiled, { members, entitlements }, this.#settings)
  }

  #because({ step, policyName, held, counted }: SuggestionVerdict['leftOut'][number]): string {
    const policy = `policy "${policyName}"`
    if (step === 'protected') return `${policy} protects it`
    if (step === 'unused') return `too few of its holders use it for ${policy}: ${counted} of ${held}`
    if (step === 'separation') return `${policy} separates it from another entitlement of the suggestion`
    return `${policy} allows fewer grants to people who lack them`
  }
}

function refusal({ refusedBy, kept, leftOut }: SuggestionVerdict): string {
  const left = leftOut.length === 0 ? '' : `, of which policies leave ${kept.length} entitlements`
  return `Policy "${refusedBy}" keeps it from being a suggestion${left}.`
}
