import type { CohortFilter } from '../cohort-result.ts'
import type { ChangeReason, SuggestionChange } from './suggestion-changes.ts'

/** What entitlements are called, by key. */
interface ChangeNames {
  readonly entitlement: (key: number) => string
}

/** Why a suggestion changed: one sentence for each reason, in their order. */
export function changeWords({ kind, reasons }: SuggestionChange, names: ChangeNames): readonly string[] {
  return reasons.map((reason) => sentenceOf(kind, reason, names))
}

function sentenceOf(change: SuggestionChange['kind'], reason: ChangeReason, names: ChangeNames): string {
  switch (reason.kind) {
    case 'attribute':
      return `the data have ${reason.isThere ? 'an' : 'no'} attribute ${reason.attribute} ${reason.isThere ? 'now' : 'any more'}`
    case 'people':
      return `${people(reason.joined)} came into the cohort, ${people(reason.left)} left it, ${people(reason.stayed)} stayed`
    case 'grants':
      return `of the people who stayed, ${grants(reason.given)} of it ${were(reason.given)} given and ${reason.taken} taken`
    case 'coverage':
      return `${percent(reason.after)} of the cohort hold ${names.entitlement(reason.entitlement)}, ${percent(reason.before)} before`
    case 'told_by':
      return `${filters(reason.filters)} ${change === 'new' ? 'told' : 'tells'} most of its grants ${change === 'new' ? 'before' : 'now'}`
    case 'elsewhere':
      return 'nothing changed in the cohort; others hold more or less of it, or other cohorts were chosen first'
  }
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`
}

function grants(count: number): string {
  return count === 1 ? '1 grant' : `${count} grants`
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were'
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

function filters(all: readonly CohortFilter[]): string {
  return all.map(({ attribute, values }) => `${attribute.replaceAll('_', ' ')} ${values[0]}`).join(' and ')
}
