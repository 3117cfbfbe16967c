import type { ElementList } from './criteria.ts'
import { type FieldType, identityFields } from './fields.ts'

/** What a query is asked about: the fields that it may name, and how long it may be. */
export interface QuerySubject {
  /** Where the query stands, for errors. */
  readonly parameter: string
  readonly types: Readonly<Record<string, FieldType>>
  /** The names of all fields, for errors; undefined: those of `types`. */
  readonly known?: string
  /** Whether `attributes.<name>` are fields. */
  readonly hasAttributes: boolean
  /** Texts that are compared as a whole, as if `.exact` stood behind their names: ids that scripts take from elsewhere. */
  readonly wholeTexts?: ReadonlySet<string>
  /** Whether its lists (`@access(...)`) are asked, or else may be named, as lists that are empty. */
  readonly hasLists: boolean
  readonly allowsLists: boolean
  /** Fields that may be asked for, and of which nothing here has a value. */
  isEmptyField(field: string): boolean
  isEmptyElementField(list: ElementList, field: string): boolean
  /** Fields of texts that terms without a field look in; undefined: in any text. */
  readonly freeText?: readonly string[]
  /** In UTF-16 units. Far above what people write, far below what costs time. */
  readonly longest: number
  /** Each term is asked of everything that is looked at. */
  readonly mostTerms: number
}

/** The population of a session: identities, by the fields that have values. What has none is refused there. */
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
