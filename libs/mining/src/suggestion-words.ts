import { foldedValue } from './attribute-values.ts'
import type { CohortFilter, CohortSuggestion } from './cohort-result.ts'
import { inOneDirection } from './one-direction.ts'
import type { Snapshot } from './snapshot.ts'

/** Display names. A snapshot has only keys, so a caller that can look up names passes them in. */
export interface SuggestionNames {
  /** Display name of an application, by ordinal in the snapshot. */
  readonly application: (application: number) => string
  /** Display name of an entitlement, by ordinal in the snapshot. */
  readonly entitlement: (entitlement: number) => string
  /** The words for an attribute key. Default: the key with spaces for underscores. */
  readonly attribute?: (attribute: string) => string
  /** The words for a value, such as the name behind a manager's id. Default, also for undefined: the value itself. */
  readonly value?: (attribute: string, value: string) => string | undefined
}

/** A suggested role in words. */
interface SuggestionWords {
  /** A role name for people, such as "Engineering / SRE: Cloud Console access". It never contains a member's name. */
  readonly name: string
  /** One or two sentences on the role and its cohort. */
  readonly description: string
  /** The reasons, each a sentence with its figures, the strongest first. */
  readonly insights: readonly string[]
}

/** The name, the description and the reasons of a suggestion, from its figures alone. */
export function suggestionWords(
  snapshot: Snapshot,
  suggestion: CohortSuggestion,
  names: SuggestionNames,
): SuggestionWords {
  return {
    name: shortened(
      inOneDirection(`${cohortName(suggestion, names)}: ${accessName(snapshot, suggestion, names)}`),
      longestName,
    ),
    description: shortened(inOneDirection(describe(snapshot, suggestion, names)), longestDescription),
    insights: insightsOf(suggestion, names).map(inOneDirection),
  }
}

/** The order of attributes in a name. Unknown attributes come between the job and the team. */
const nameOrder = ['department', 'job_title', '', 'manager', 'employment_type', 'employment_status', 'directory_status']

/** Attributes whose value is enough in a name. For any other attribute, and for values that are codes, the name includes the attribute. */
const plainAttributes = new Set(['department', 'job_title', 'employment_type', 'location', 'manager'])

function cohortName({ filters, population }: CohortSuggestion, names: SuggestionNames): string {
  const rank = ({ attribute }: CohortFilter) => {
    const known = nameOrder.indexOf(attribute)
    return known < 0 ? nameOrder.indexOf('') : known
  }
  const parts = filters
    .toSorted((a, b) => rank(a) - rank(b))
    .map((filter, i) => shortened(nameOf(filter, names, i === 0), longestPart))
  return parts.join(' / ') + (population === 'machines' ? ' (machines)' : '')
}

function nameOf(filter: CohortFilter, names: SuggestionNames, isFirst: boolean): string {
  const words = valueWords(filter, names)
  if (filter.attribute === 'manager') return `Team of ${words}`
  const label = attributeWords(filter, names)
  const isName = plainAttributes.has(filter.attribute) && /\p{L}{3}/u.test(words)
  // "Team T-9" is clear without the attribute; "T-9" is not.
  const saysIt = foldedValue(words).includes(foldedValue(label.split(' ').at(-1) ?? ''))
  if (isName || saysIt) return words
  return `${isFirst ? label.charAt(0).toUpperCase() + label.slice(1) : label} ${words}`
}

function attributeWords({ attribute }: CohortFilter, names: SuggestionNames): string {
  return names.attribute?.(attribute) ?? attribute.replaceAll('_', ' ')
}

/** The words for a value with several spellings, from the first spelling. */
function valueWords({ attribute, values }: CohortFilter, names: SuggestionNames): string {
  const said = new Set<string>()
  return values
    .filter((value) => !said.has(foldedValue(value)) && said.add(foldedValue(value)))
    .map((value) => names.value?.(attribute, value) ?? value)
    .join(' or ')
}

const longestPart = 60
/** The length limit of an access profile's name. An accepted suggestion becomes a profile with the same name. */
const longestName = 256
const longestDescription = 4096

function shortened(text: string, longest: number): string {
  const symbols = [...text]
  return symbols.length <= longest ? text : `${symbols.slice(0, longest - 1).join('')}…`
}

/** Names one application when it has most of the access, and two when together they have nearly all. */
function accessName(snapshot: Snapshot, suggestion: CohortSuggestion, names: SuggestionNames): string {
  const shares = applicationsOf(snapshot, suggestion)
  const total = suggestion.entitlements.length
  if (shares[0]!.count >= total * 0.6) return accessTo(names.application(shares[0]!.application))
  if (shares[0]!.count + shares[1]!.count >= total * 0.8) {
    return accessTo(`${names.application(shares[0]!.application)} and ${names.application(shares[1]!.application)}`)
  }
  return 'core access'
}

/** Adds "access" unless the application's name already contains it, as "Remote Access" does. */
function accessTo(applications: string): string {
  return /\baccess$/i.test(applications) ? applications : `${applications} access`
}

function applicationsOf(snapshot: Snapshot, { entitlements }: CohortSuggestion) {
  const counts = new Map<number, number>()
  for (const { entitlement } of entitlements) {
    const application = snapshot.entitlementApplication[entitlement]!
    counts.set(application, (counts.get(application) ?? 0) + 1)
  }
  return [...counts]
    .map(([application, count]) => ({ application, count }))
    .sort((a, b) => b.count - a.count || a.application - b.application)
}

function describe(snapshot: Snapshot, suggestion: CohortSuggestion, names: SuggestionNames): string {
  const { filters, cohortSize, entitlements } = suggestion
  const conditions = filters.map((filter) => `${attributeWords(filter, names)} ${valueWords(filter, names)}`)
  const applications = applicationsOf(snapshot, suggestion)
    .slice(0, 3)
    .map(({ application, count }) => `${names.application(application)} (${count})`)
  const more = new Set(entitlements.map((e) => snapshot.entitlementApplication[e.entitlement])).size - 3
  const where = applications.join(', ') + (more > 0 ? ` and ${counted(more, 'more application')}` : '')
  return (
    `${counted(entitlements.length, 'entitlement')} for the ${counted(cohortSize, membersWord(suggestion))} ` +
    `with ${conditions.join(' and ')}: ${where}.`
  )
}

function insightsOf(suggestion: CohortSuggestion, names: SuggestionNames): string[] {
  const { cohortSize, outsideSize, entitlements, usersWithAll, outsideWithAll, avgCoverage } = suggestion
  const count = entitlements.length
  const all = count === 1 ? 'it' : count === 2 ? 'both' : `all ${count}`
  const lines: string[] = []
  const outside =
    outsideSize === 0
      ? 'there is nobody outside this cohort'
      : outsideWithAll === 0
        ? 'outside this cohort nobody does'
        : `outside this cohort ${percent(outsideWithAll / outsideSize)} do`
  lines.push(`${usersWithAll} of ${cohortSize} hold ${all}; ${outside}`)
  const baseRate = entitlements.reduce((sum, e) => sum + e.baseRate, 0) / count
  const among = `On average a member holds ${percent(avgCoverage)} of these entitlements`
  if (outsideSize > 0) lines.push(`${among}, others ${baseRate === 0 ? 'none' : percent(baseRate)}`)
  const widest = entitlements[0]!
  const narrowest = entitlements[count - 1]!
  if (widest.grantedCount !== narrowest.grantedCount) {
    lines.push(
      `Held by most: ${names.entitlement(widest.entitlement)} (${widest.grantedCount} of ${cohortSize}); ` +
        `by fewest: ${names.entitlement(narrowest.entitlement)} (${narrowest.grantedCount} of ${cohortSize})`,
    )
  }
  const exceptions = entitlements.reduce((sum, e) => sum + cohortSize - e.grantedCount, 0)
  lines.push(
    `The role would replace ${counted(suggestion.explainedGrants, 'single grant')}` +
      (exceptions === 0 ? ' and add none' : ` and add ${exceptions} that members lack today`),
  )
  lines.push(`${evidenceWords(suggestion)} evidence that these attributes are the reason`)
  if (cohortSize < 20) {
    lines.push(
      `With ${cohortSize} members certainty is limited: the coverage of ${names.entitlement(narrowest.entitlement)} ` +
        `may be as low as ${percent(narrowest.coverageLowerBound)} (95 % interval)`,
    )
  }
  return lines
}

/** `confidence` in words. It ranks suggestions well but is not a probability, so three bands are as precise as it allows. */
function evidenceWords({ confidence }: CohortSuggestion): string {
  if (confidence >= 0.75) return 'Strong'
  return confidence >= 0.5 ? 'Good' : 'Limited'
}

function membersWord({ population }: CohortSuggestion): string {
  return population === 'people' ? 'person' : 'machine identity'
}

const plurals: Readonly<Record<string, string>> = { person: 'people', 'machine identity': 'machine identities' }

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : (plurals[noun] ?? `${noun}s`)}`
}

/** Whole percent. A share above 0 and below half a percent is "under 1 %"; 100 % means all. */
function percent(share: number): string {
  if (share > 0 && share < 0.005) return 'under 1 %'
  if (share < 1 && share >= 0.995) return 'over 99 %'
  return `${Math.round(share * 100)} %`
}
