import { inOneDirection } from '../one-direction.ts'
import type { SuggestionNames } from '../suggestion-words.ts'
import type { Recommendation, RecommendationReason } from './entitlement-recommender.ts'

/** Why an entitlement is recommended: one sentence for each reason, in their order. */
export function recommendationWords({ reasons }: Recommendation, names: SuggestionNames): readonly string[] {
  return reasons.map((reason) => inOneDirection(`${reason.holders} of ${othersOf(reason, names)} hold it`))
}

function othersOf(reason: RecommendationReason, names: SuggestionNames): string {
  const { others } = reason
  if (reason.kind === 'held_together') {
    return `${others} ${others === 1 ? 'other' : 'others'} who hold ${names.entitlement(reason.entitlement)}`
  }
  const shared = reason.filters.map(({ attribute, values }) => {
    const label = names.attribute?.(attribute) ?? attribute.replaceAll('_', ' ')
    return `${label} ${names.value?.(attribute, values[0]!) ?? values[0]}`
  })
  return `${others} ${others === 1 ? 'other' : 'others'} with ${shared.join(' and ')}`
}
