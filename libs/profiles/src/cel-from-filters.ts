import { invalidArgument } from '@assay/errors'
import { storedValue } from './enum-attributes.ts'
import { userStatuses } from './subject.ts'

/** Identities match when their attribute, or any value of a list, equals one of the values, compared in the spelling of `storedValue`. */
export interface AttributeFilter {
  readonly attribute: string
  readonly values: readonly string[]
}

/** All people with a grant in an application, or of one entitlement of it; ids are those of the customer. */
export interface AccessScope {
  readonly applicationId: string
  readonly entitlementId?: string
}

const builtInFields: Readonly<Record<string, string>> = {
  department: 'subject.department',
  job_title: 'subject.jobTitle',
  employment_type: 'subject.employmentType',
  employment_status: 'subject.employmentStatus',
  manager: 'subject.manager_id',
}

/**
 * The membership rule that selects a cohort: one clause for each filter, joined by `&&`, then the scope. The clause of a list attribute is
 * `"x" in subject.profile["k"]`. Without filters and scope there is no rule, and the text is empty.
 * @throws invalid_argument for a filter without values
 */
export function celFromFilters(
  filters: readonly AttributeFilter[],
  accessScope?: AccessScope,
  listAttributes: ReadonlySet<string> = new Set(),
): string {
  const clauses = filters.map((filter, index) => {
    const values = [...new Set(filter.values.map((value) => storedValue(filter.attribute, value)))]
    if (values.length === 0) throw invalidArgument(`cohort_filters[${index}].values`, 'must name at least one value')
    return clauseOf(filter.attribute, values, listAttributes)
  })
  if (accessScope !== undefined) clauses.push(scopeClause(accessScope))
  return clauses.join(' && ')
}

function clauseOf(attribute: string, values: readonly string[], listAttributes: ReadonlySet<string>): string {
  if (attribute === 'directory_status') {
    const known = values.filter((value) => Object.hasOwn(userStatuses, value))
    const literals = known.map((value) => `UserStatus.${value.toUpperCase()}`)
    return literals.length === 0 ? 'false' : comparison('subject.directoryStatus', literals)
  }
  // No cohort contains an empty value, but a rule would select the people whose text is empty.
  const texts = values.filter((value) => value !== '').map(celText)
  if (texts.length === 0) return 'false'
  const builtIn = Object.hasOwn(builtInFields, attribute) ? builtInFields[attribute] : undefined
  if (builtIn !== undefined) return comparison(builtIn, texts)
  const key = celText(attribute)
  const field = `subject.profile[${key}]`
  return `${key} in subject.profile && ${listAttributes.has(attribute) ? membership(field, texts) : comparison(field, texts)}`
}

function scopeClause({ applicationId, entitlementId }: AccessScope): string {
  return entitlementId === undefined
    ? `c1.user.v1.HasApp(subject, ${celText(applicationId)})`
    : `c1.user.v1.HasEntitlement(subject, ${celText(applicationId)}, ${celText(entitlementId)})`
}

function comparison(field: string, literals: readonly string[]): string {
  return literals.length === 1 ? `${field} == ${literals[0]}` : `${field} in [${literals.join(', ')}]`
}

/** A clause about a list, any of whose values may match. */
function membership(field: string, literals: readonly string[]): string {
  if (literals.length === 1) return `${literals[0]} in ${field}`
  return `${field}.exists(value, value in [${literals.join(', ')}])`
}

/** A CEL string literal. Characters that a reader could not see, or that end a line, are escaped. Lone surrogates become U+FFFD. */
export function celText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
  return `"${escaped}"`
}
