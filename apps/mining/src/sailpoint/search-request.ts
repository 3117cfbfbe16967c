import { invalidArgument } from '@assay/errors'
import { type DocumentKind, documentKinds, isFieldOf } from '@assay/search-criteria'
import { type DocumentSearch, type DocumentSorter, MemberChoice, type PositionValue } from '@assay/search-documents'
import { booleanOf, type Json, membersOf, textOf, textsOf } from './json-members.ts'
import { queriesOfFilters } from './search-filters.ts'

/** A request document of SailPoint's search. */
interface SearchRequest {
  readonly search: DocumentSearch
  readonly members: MemberChoice
  /** As in the document; only the call that aggregates reads them. */
  readonly aggregations: Json | undefined
  readonly aggregationsDsl: Json | undefined
}

const members = [
  'indices',
  'queryType',
  'queryVersion',
  'query',
  'queryDsl',
  'textQuery',
  'typeAheadQuery',
  'includeNested',
  'queryResultFilter',
  'aggregationType',
  'aggregationsVersion',
  'aggregationsDsl',
  'aggregations',
  'sort',
  'searchAfter',
  'filters',
] as const

const queryTypes = ['SAILPOINT', 'DSL', 'TEXT', 'TYPEAHEAD']
const mostSorters = 10

/** Lists of nested objects, which `includeNested: false` leaves out. */
const nestedMembers = ['accounts', 'access', 'apps', 'owns', 'entitlements', 'accessProfiles']

/**
 * Reads a request document (contract section 13.2). A null or empty member is the same as an absent one.
 * @throws invalid_argument for every condition that Assay would have to ignore
 */
export function readSearchRequest(document: Json | undefined): SearchRequest {
  if (document === undefined || document === null) {
    throw invalidArgument('body', 'must be a JSON object, such as {"indices":["identities"],"query":{"query":"*"}}')
  }
  const given = membersOf(document, '', members)
  requireQueries(given)
  const kinds = kindsOf(given.indices)
  const { text, freeText } = queryOf(given.query, kinds)
  const sort = textsOf(given.sort, 'sort', mostSorters).map(sorterOf)
  const after = positionOf(given.searchAfter, sort)
  return {
    search: {
      kinds,
      queries: [
        ...(text === undefined ? [] : [{ parameter: 'query.query', text }]),
        ...queriesOfFilters(given.filters),
      ],
      freeText,
      sort,
      after,
    },
    members: shownOf(given.queryResultFilter, booleanOf(given.includeNested, 'includeNested', true), sort),
    aggregations: given.aggregations,
    aggregationsDsl: given.aggregationsDsl,
  }
}

/** Refuses the forms of queries other than `query.query`: Assay would ignore them and return every document. */
function requireQueries(given: Partial<Record<(typeof members)[number], Json>>): void {
  const type = textOf(given.queryType, 'queryType') ?? 'SAILPOINT'
  if (type !== 'SAILPOINT') {
    const isKnown = queryTypes.includes(type)
    throw invalidArgument('queryType', `"${type}" is ${isKnown ? 'not offered' : 'unknown'}; use SAILPOINT`)
  }
  for (const name of ['queryDsl', 'textQuery', 'typeAheadQuery'] as const) {
    if (given[name] !== undefined) throw invalidArgument(name, 'is not offered; use query.query')
  }
  const aggregationType = textOf(given.aggregationType, 'aggregationType') ?? 'DSL'
  if (aggregationType !== 'DSL' && aggregationType !== 'SAILPOINT') {
    throw invalidArgument('aggregationType', `"${aggregationType}" is unknown; there are DSL and SAILPOINT`)
  }
}

function kindsOf(value: Json | undefined): readonly DocumentKind[] {
  const names = textsOf(value, 'indices')
  if (names.length === 0) return documentKinds
  const unknown = names.findIndex((name) => name !== '*' && !documentKinds.some((kind) => kind === name))
  if (unknown >= 0) {
    throw invalidArgument(
      `indices[${unknown}]`,
      `"${names[unknown]}" is no index; there are ${documentKinds.join(', ')}`,
    )
  }
  return names.includes('*') ? documentKinds : documentKinds.filter((kind) => names.includes(kind))
}

const timesInUtc = ['UTC', 'Etc/UTC', 'GMT', 'Z', '+00:00']

function queryOf(value: Json | undefined, kinds: readonly DocumentKind[]) {
  const { query, fields, timeZone, innerHit } = membersOf(value, 'query', ['query', 'fields', 'timeZone', 'innerHit'])
  if (innerHit !== undefined) {
    throw invalidArgument('query.innerHit', 'is not offered; ask by query.query: @access(name:x)')
  }
  const zone = textOf(timeZone, 'query.timeZone') ?? 'UTC'
  if (!timesInUtc.includes(zone)) {
    throw invalidArgument('query.timeZone', `"${zone}" is not offered; times without a zone are in UTC`)
  }
  const text = textOf(query, 'query.query')
  const isEverything = text === undefined || /^\s*(?:\*|\*:\*)\s*$/.test(text)
  return { text: isEverything ? undefined : text, freeText: freeTextOf(fields, kinds) }
}

/** A text in SailPoint's description, a list in its examples. */
function freeTextOf(value: Json | undefined, kinds: readonly DocumentKind[]): readonly string[] | undefined {
  const names =
    typeof value === 'string' ? value.split(',').map((name) => name.trim()) : textsOf(value, 'query.fields', 50)
  if (names.length === 0) return undefined
  return names.map((name, index) => {
    const field = name.replace(/\.exact$/, '')
    if (kinds.some((kind) => isFieldOf(kind, field))) return field
    throw invalidArgument(`query.fields[${index}]`, `there is no field "${name}" in ${kinds.join(', ')}`)
  })
}

function sorterOf(text: string, index: number, all: readonly string[]): DocumentSorter {
  const field = text.replace(/^[+-]/, '')
  if (field === '') throw invalidArgument(`sort[${index}]`, 'must be the name of a field, with + or - before it')
  const isRepeated = all.slice(0, index).some((other) => other.replace(/^[+-]/, '') === field)
  if (isRepeated) throw invalidArgument(`sort[${index}]`, `"${field}" is there twice`)
  return { field, isDescending: text.startsWith('-') }
}

function positionOf(value: Json | undefined, sort: readonly DocumentSorter[]): readonly PositionValue[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) throw invalidArgument('searchAfter', 'must be a list of the values of the sort fields')
  if (value.length === 0) return undefined
  if (value.length !== sort.length) {
    throw invalidArgument('searchAfter', `has ${value.length} values; "sort" has ${sort.length} fields`)
  }
  return value.map((one: Json, index) => {
    if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') return one
    const remedy = 'sort by a field that every document has, such as id'
    throw invalidArgument(`searchAfter[${index}]`, `must be the value of "${sort[index]?.field}"; ${remedy}`)
  })
}

/** The fields of `sort` are always shown, since a client needs them to continue after a document. */
function shownOf(value: Json | undefined, hasNested: boolean, sort: readonly DocumentSorter[]): MemberChoice {
  const path = 'queryResultFilter'
  const { includes, excludes } = membersOf(value, path, ['includes', 'excludes'])
  const chosen = MemberChoice.of(textsOf(includes, `${path}.includes`), textsOf(excludes, `${path}.excludes`), path)
  const shown = hasNested ? chosen : chosen.without(nestedMembers)
  return shown.and(['id', '_type', ...sort.map(({ field }) => field)])
}
