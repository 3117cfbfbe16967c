import type { CohortFilter } from './cohort-filters.ts'
import type { ProfileOverlap } from './suggestions.ts'

/** The numbers and names that a suggestion is described by. */
export interface SuggestionFacts {
  readonly filters: readonly CohortFilter[]
  readonly cohortSize: number
  readonly outsideSize: number
  readonly usersWithAll: number
  /** 0 to 1. */
  readonly avgCoverage: number
  /** The mean of the entitlements' base rates, 0 to 1. */
  readonly avgBaseRate: number
  readonly explainedGrants: number
  /** Of the applications that the entitlements are in, most entitlements first. */
  readonly applications: readonly { readonly displayName: string; readonly entitlementCount: number }[]
  readonly entitlementCount: number
  /** Closest first. */
  readonly profileMatches: readonly ProfileOverlap[]
  /** How people call a value; the name of a manager for instance. */
  readonly valueName: (attribute: string, value: string) => string
}

/** A name that a person would give: who it is for, and what it is mostly about. */
export function suggestedName(facts: SuggestionFacts): string {
  const who = facts.filters.map(({ attribute, values }) => {
    const names = values.map((value) => facts.valueName(attribute, value)).join(' or ')
    return attribute === 'manager' ? `Team of ${names}` : names
  })
  const [first] = facts.applications
  const isMostlyOne = first !== undefined && first.entitlementCount * 2 > facts.entitlementCount
  if (!isMostlyOne) return `${who.join(' / ')}: access`
  return `${who.join(' / ')}: ${/access$/i.test(first.displayName) ? first.displayName : `${first.displayName} access`}`
}

/** One or two sentences on whom it is for and what it gives. */
export function suggestionDescription(facts: SuggestionFacts): string {
  const who = facts.filters.map(({ attribute, values }) => {
    const names = values.map((value) => `"${facts.valueName(attribute, value)}"`).join(' or ')
    return `${attribute.replaceAll('_', ' ')} is ${names}`
  })
  const names = facts.applications.slice(0, 3).map(({ displayName }) => displayName)
  const more = facts.applications.length - names.length
  const where = listed(more > 0 ? [...names, counted(more, 'more application')] : names)
  return `${counted(facts.entitlementCount, 'entitlement')} in ${where} for the ${facts.cohortSize} whose ${who.join(' and whose ')}.`
}

/** Why it is worth reading, in numbers; strongest first. */
export function suggestionInsights(facts: SuggestionFacts): string[] {
  const all = facts.entitlementCount === 1 ? 'it' : `all ${facts.entitlementCount}`
  const insights = [
    `${facts.usersWithAll} of ${facts.cohortSize} hold ${all}; on average ${percent(facts.avgCoverage)} of the cohort hold each`,
    facts.outsideSize === 0
      ? 'Nobody is outside this cohort'
      : `Outside this cohort ${percent(facts.avgBaseRate)} of ${facts.outsideSize} do`,
    `Explains ${counted(facts.explainedGrants, 'grant')} that no better suggestion explains`,
  ]
  const [nearest] = facts.profileMatches
  if (nearest !== undefined) insights.push(nearestProfile(nearest, facts.entitlementCount))
  return insights
}

function nearestProfile({ type, displayName, missing }: ProfileOverlap, entitlementCount: number): string {
  if (type === 'exact') return `Access profile "${displayName}" gives exactly this`
  if (type === 'superset') return `Access profile "${displayName}" gives all of this and more`
  return `Access profile "${displayName}" gives ${entitlementCount - missing.length} of these ${entitlementCount}`
}

/** Whole percent, but never a "0 %" or "100 %" that is not exactly so. */
function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %'
  if (share < 1 && share > 0.99) return 'over 99 %'
  return `${Math.round(share * 100)} %`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
