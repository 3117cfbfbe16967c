import type { AttributeReadiness, Found, SnapshotReadiness } from '@assay/mining'
import { type FindingKind, findingKinds, findingWords } from './finding-words.ts'

/** Facts from the load and the directory that the arrays of a snapshot do not have. All examples are texts for people. */
export interface ReadinessFacts {
  /** Days since 1970-01-01. */
  readonly today: number
  /** The newest day of usage (`2025-01-31`); undefined without usage. */
  readonly usageThrough: string | undefined
  readonly repeatedAddresses: Found<string>
  readonly repeatedNames: Found<string>
  /** Accounts and holders without a clear owner: no person, several people, or different people by different rules. */
  readonly orphans: Found<string>
  readonly ambiguousLinks: Found<string>
  readonly conflictingLinks: Found<string>
  /** Entitlements that only grants mention; absent when that is not known. */
  readonly undescribed?: Found<string>
  /** Attributes whose cells look like lists and are not declared as lists; absent when that is not known. */
  readonly listLike?: Found<string>
}

/** The names of examples, by their ordinals. */
export interface ReadinessNames {
  person(ordinal: number): string
  entitlement(ordinal: number): string
}

/** A problem in the data. */
interface ReadinessFinding {
  readonly kind: FindingKind
  readonly count: number
  /** At most three. */
  readonly examples: readonly string[]
}

/** The figures of an attribute. */
type AttributeFigures = Omit<AttributeReadiness, 'placeholders' | 'variants'>

/** The readiness of access data, as it is stored. */
export interface ReadinessReport {
  readonly figures: {
    readonly people: number
    readonly enabledPeople: number
    readonly entitlements: number
    readonly minCohortSize: number
    readonly minCoverage: number
    /** `2025-01-31`, the later of the newest usage and the newest last use; empty when the data have neither. */
    readonly usageThrough: string
  }
  readonly reach: SnapshotReadiness['reach']
  readonly attributes: readonly AttributeFigures[]
  /** In the order of `findingKinds`, without findings whose count is 0. */
  readonly findings: readonly ReadinessFinding[]
}

/** Usage that ends longer ago than this says little about today. */
const staleUsageDays = 30

/** Makes the report from a measurement. */
export function readinessReport(
  measured: SnapshotReadiness,
  facts: ReadinessFacts,
  names: ReadinessNames,
): ReadinessReport {
  const { attributes, lastUse, reach } = measured
  const people = (found: Found<number>) => named(found, names.person)
  const entitlements = (found: Found<number>) => named(found, names.entitlement)
  const pairs = (found: Found<readonly [number, number]>, between: string) =>
    named(found, ([one, other]) => `${names.entitlement(one)} ${between} ${names.entitlement(other)}`)
  const usedUntil = Math.max(lastUse.newestDay, facts.usageThrough === undefined ? 0 : dayOf(facts.usageThrough))
  const behind = usedUntil === 0 ? 0 : facts.today - usedUntil
  const found: Record<FindingKind, Found<string>> = {
    orphans: facts.orphans,
    ambiguous_links: facts.ambiguousLinks,
    conflicting_links: facts.conflictingLinks,
    people_without_access: people(measured.peopleWithoutAccess),
    disabled_people_with_access: people(measured.disabledWithAccess),
    repeated_mail_addresses: facts.repeatedAddresses,
    repeated_names: facts.repeatedNames,
    placeholders: ofAttributes(attributes, ({ attribute, placeholders }) =>
      named(placeholders, (value) => `${attribute} "${value}"`),
    ),
    cells_like_lists: facts.listLike ?? none,
    spelling_variants: ofAttributes(attributes, ({ attribute, variants }) =>
      named(variants, ([one, other]) => `${attribute} "${one}" and "${other}"`),
    ),
    empty_attributes: whole(attributes.filter(({ verdict }) => verdict === 'empty').map(({ attribute }) => attribute)),
    nearly_constant_attributes: whole(
      attributes
        .filter(({ verdict }) => verdict === 'nearly_constant')
        .map(({ attribute, lostGrants }) =>
          lostGrants === 0
            ? `${attribute}, nothing is lost by leaving it out`
            : `${attribute}, ${counted(lostGrants, 'grant lies', 'grants lie')} only in groups by it`,
        ),
    ),
    nearly_unique_attributes: whole(
      attributes
        .filter(isNearlyUnique)
        .map(({ attribute, peopleInGroups }) =>
          peopleInGroups === 0
            ? `${attribute}, nothing is lost by leaving it out`
            : `${attribute}, ${counted(peopleInGroups, 'person shares', 'people share')} a value with enough others`,
        ),
    ),
    entitlements_held_by_nobody: entitlements(measured.heldByNobody),
    entitlements_held_by_one: entitlements(measured.heldByOne),
    entitlements_with_same_holders: pairs(measured.sameHolders, 'and'),
    undescribed_entitlements: facts.undescribed ?? none,
    groups_in_groups: pairs(measured.memberships, 'holds'),
    group_cycles: pairs(measured.cycles, 'and'),
    old_last_uses: {
      count: lastUse.olderThan90Days,
      examples: lastUse.olderThanYear === 0 ? [] : [`${lastUse.olderThanYear.toLocaleString('en')} longer than a year`],
    },
    future_last_uses: { count: lastUse.inFuture, examples: [] },
    days_without_usage: {
      count: behind > staleUsageDays ? behind : 0,
      examples: behind > staleUsageDays ? [`usage reaches until ${dayText(usedUntil)}`] : [],
    },
    grants_in_no_cohort: { count: reach.grants - reach.commonGrants - reach.coveredGrants, examples: [] },
  }
  return {
    figures: {
      people: measured.people,
      enabledPeople: measured.enabledPeople,
      entitlements: measured.entitlements,
      minCohortSize: measured.minCohortSize,
      minCoverage: measured.minCoverage,
      usageThrough: usedUntil === 0 ? '' : dayText(usedUntil),
    },
    reach,
    attributes: attributes.map(({ placeholders: _, variants: __, ...figures }) => figures),
    findings: findingKinds.map((kind) => ({ kind, ...found[kind] })).filter(({ count }) => count > 0),
  }
}

/** The attribute has a different value for nine of ten people; below ten people that means nothing. */
function isNearlyUnique({ verdict, people, values }: AttributeReadiness): boolean {
  return verdict === 'nearly_unique' || (verdict !== 'nearly_constant' && people >= 10 && values > 0.9 * people)
}

/** A finding with its count in the previous report. */
interface ComparedFinding extends ReadinessFinding {
  /** Undefined without a previous report. */
  readonly before: number | undefined
  readonly title: string
  readonly advice: string
}

/** The findings in words, with those that only the previous report has. */
export function comparedFindings(
  { findings, figures }: ReadinessReport,
  before: Pick<ReadinessReport, 'findings'> | undefined,
): ComparedFinding[] {
  return findingKinds.flatMap((kind) => {
    const now = findings.find((one) => one.kind === kind)
    const earlier = before?.findings.find((one) => one.kind === kind)
    if (now === undefined && earlier === undefined) return []
    const count = now?.count ?? 0
    const { one, many, advice } = findingWords(figures)[kind]
    return {
      kind,
      count,
      examples: now?.examples ?? [],
      before: before && (earlier?.count ?? 0),
      title: count === 1 ? one : many,
      advice,
    }
  })
}

const none: Found<string> = { count: 0, examples: [] }

function named<Example>({ count, examples }: Found<Example>, name: (example: Example) => string): Found<string> {
  return { count, examples: examples.map(name) }
}

function whole(all: readonly string[]): Found<string> {
  return { count: all.length, examples: all.slice(0, 3) }
}

function ofAttributes(
  attributes: readonly AttributeReadiness[],
  of: (attribute: AttributeReadiness) => Found<string>,
): Found<string> {
  const all = attributes.map(of)
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    examples: all.flatMap(({ examples }) => examples).slice(0, 3),
  }
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function dayOf(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / 86_400_000
}

function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
