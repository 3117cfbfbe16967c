import type { ElementList } from './criteria.ts'
import { type FieldType, identityFields } from './fields.ts'

/** What a query searches: the fields that it may name, and how long it may be. */
export interface QuerySubject {
  /** The parameter that has the query, for errors. */
  readonly parameter: string
  readonly types: Readonly<Record<string, FieldType>>
  /** The names of all fields, for errors; undefined: those of `types`. */
  readonly known?: string
  /** Whether `attributes.<name>` are fields. */
  readonly hasAttributes: boolean
  /** Fields that are compared as a whole, as with `.exact`: ids that scripts copy from elsewhere. */
  readonly wholeTexts?: ReadonlySet<string>
  /** `hasLists`: its lists (`@access(...)`) are searched. `allowsLists`: a query may name lists, which are empty here. */
  readonly hasLists: boolean
  readonly allowsLists: boolean
  /** Whether a query may name a field that has no value here. */
  isEmptyField(field: string): boolean
  isEmptyElementField(list: ElementList, field: string): boolean
  /** Fields that terms without a field search; undefined: every text. */
  readonly freeText?: readonly string[]
  /** In UTF-16 units. Much longer than people write, and short enough to cost little time. */
  readonly longest: number
  /** The most terms, because each term is tested on every object. */
  readonly mostTerms: number
}

/** The population of a session: identities, with the fields that have values. Fields without values are refused there. */
export const sessionSubject: QuerySubject = {
  parameter: 'scope.criteria',
  types: identityFields,
  hasAttributes: true,
  hasLists: true,
  allowsLists: true,
  isEmptyField: () => false,
  isEmptyElementField: () => false,
  longest: 8192,
  mostTerms: 200,
}
