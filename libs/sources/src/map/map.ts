import type { At } from '../faults.ts'
import type { Synonyms } from '../header.ts'
import type { Format, Tree } from '../read/part.ts'
import type { Row } from '../row.ts'
import type { SecretColumns } from '../secret-columns.ts'
import type { Value } from '../value.ts'
import type { kinds } from './map-members.ts'

/** Computes a value from a row. @throws RowFault when a value has a fault */
export type Expression = (row: Row) => Value

/** A fault of a value in one column of one row. */
export class RowFault extends Error {
  override readonly name = 'RowFault'
  readonly column: string

  constructor(column: string, reason: string) {
    super(reason)
    this.column = column
  }
}

/** A reference of a record to another record. */
export interface Reference {
  readonly value: Expression
  /** The column that the value comes from, for messages. */
  readonly column: string
  /** The keys to look in, in this order; `id` is one of them. Empty: the usual keys of the section. */
  readonly match: readonly string[]
  readonly among: readonly Kind[]
  /**
   * The application of the referenced entitlement; undefined: the application of the record. The entitlement then exists because it
   * is named.
   */
  readonly application: Expression | undefined
}

export type Kind = (typeof kinds)[number]

export interface Input {
  readonly name: string
  /** A pattern for the file's name; undefined for any name. */
  readonly glob: RegExp | undefined
  /** Columns or members by which it is recognised, each with alternatives. */
  readonly columns: readonly string[]
  /** Whether it has only columns that the map or its synonyms name. */
  readonly only: boolean
  readonly formats: readonly Format[]
  readonly path: string
  readonly tree: Tree | undefined
  /** Members that the document must have at its top, since the members at `path` are too common. */
  readonly beside: readonly string[]
  /** Members that the document must not have at its top. */
  readonly notBeside: readonly string[]
  /** Whether lists of GraphQL (`nodes`, or `edges` with a `node`) are read as lists of their nodes. */
  readonly hasConnections: boolean
  /** Columns that it must not have, since another map fits a table with them better. */
  readonly lacks: readonly string[]
  readonly optional: boolean
  /** Inputs of the map of which at least one must exist, since the columns alone say too little. */
  readonly needs: readonly string[]
  /** Whether rows may end before the last columns, which are then empty. */
  readonly hasShortRows: boolean
  readonly sheet: string | undefined
}

/** The members of every section: which rows it takes, and how each row becomes records. */
export interface Rule {
  /** Names of inputs. */
  readonly from: readonly string[]
  readonly line: number
  readonly where: (row: Row) => boolean
  /** The rows of the elements of a row. */
  readonly each: (row: Row) => readonly Row[]
}

export interface PersonFields {
  readonly id: Expression
  readonly idColumn: string
  readonly keys: ReadonlyMap<string, Expression>
  /** By the names of an import's columns: `display_name`, `department`. */
  readonly fields: ReadonlyMap<string, Expression>
  readonly attributes: ReadonlyMap<string, Expression>
  /** Whether columns that no expression of the rule names become attributes. */
  readonly takesOtherColumns: boolean
  /** An object whose members become attributes, except those that an expression names. */
  readonly attributesFrom: string | undefined
  /** All names in the map, without case, blanks and underscores. */
  readonly mentioned: ReadonlySet<string>
  /** The columns of attributes, by their names and synonyms. A second such column of a table is an attribute with its own name. */
  readonly attributeColumns: ReadonlyMap<string, string>
  /** The last day of the person: after it she is disabled, unless the row has a status. */
  readonly lastDay?: Expression | undefined
  readonly manager: Reference | undefined
  readonly lastWins: boolean
  /** Its values give way to those of other rules, in whatever order the files are read. */
  readonly firstWins?: boolean
  /** The content of a row, when it is known without the expressions; undefined when they must be evaluated. */
  readonly described?: (row: Row, secrets: SecretColumns) => Described | undefined
}

/** The content of a row about a person or an account. */
export interface Described {
  readonly id: string
  readonly place: { readonly part: string; readonly at: At }
  readonly fields: Record<string, string>
  readonly attributes: Record<string, string>
  readonly keys: Record<string, string>
  readonly manager: { readonly value: string; readonly match: readonly string[] } | undefined
}

export type IdentityRule = Rule & PersonFields

export type AccountRule = Rule &
  PersonFields & {
    readonly application: Expression
    readonly identity: Reference | undefined
    /** Whether it is a person of a source that does not define people: grants name it like a person. */
    readonly standsForPerson?: boolean
  }

export type ApplicationRule = Rule & {
  readonly id: Expression
  readonly fields: ReadonlyMap<string, Expression>
}

export type EntitlementRule = Rule & {
  readonly application: Expression
  readonly id: Expression
  readonly keys: ReadonlyMap<string, Expression>
  readonly fields: ReadonlyMap<string, Expression>
  readonly lastWins: boolean
  /** Its values give way to those of other rules, in whatever order the files are read. */
  readonly firstWins?: boolean
}

export type GrantRule = Rule & {
  readonly application: Expression | undefined
  readonly holder: Reference
  readonly entitlement: Reference
  readonly grantedAt: Expression | undefined
  readonly lastUsedAt: Expression | undefined
  /** The last day on which it is held. */
  readonly ends: Expression | undefined
  /** The reason why a row is not a held grant, such as `Eligible`; undefined when it is held. */
  readonly notHeld: ((row: Row) => string | undefined) | undefined
  /** Whether cells may contain several entitlements although the map does not declare it. */
  readonly mayBeList: boolean
}

export type UsageRule = Rule & {
  readonly application: Expression
  readonly holder: Reference
  readonly day: Expression
}

export interface AccessMap {
  readonly name: string
  /** The file of the map. */
  readonly file: string
  /** Whether the user named the map: inputs without a signature then take every file. */
  readonly isGiven: boolean
  /** Whether it is for tables of any product: a fitting map of a product is preferred. */
  readonly isGeneric: boolean
  readonly title: string
  /** How a ready map was tested: with a public file, or only against documents. */
  readonly checked: string
  readonly loses: readonly string[]
  readonly inputs: readonly Input[]
  /** The columns that rules read from each input, by its name. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>
  readonly synonyms: Synonyms
  readonly identities: readonly IdentityRule[]
  readonly accounts: readonly AccountRule[]
  readonly applications: readonly ApplicationRule[]
  readonly entitlements: readonly EntitlementRule[]
  readonly grants: readonly GrantRule[]
  readonly usage: readonly UsageRule[]
}
