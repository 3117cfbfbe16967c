import type { At } from '../faults.ts'
import type { Synonyms } from '../header.ts'
import type { Format, Tree } from '../read/part.ts'
import type { Row } from '../row.ts'
import type { SecretColumns } from '../secret-columns.ts'
import type { Value } from '../value.ts'
import type { kinds } from './map-members.ts'

/** What an expression gives for a row. @throws RowFault when a value is at fault */
export type Expression = (row: Row) => Value

/** A value at fault in one column of one row. */
export class RowFault extends Error {
  override readonly name = 'RowFault'
  readonly column: string

  constructor(column: string, reason: string) {
    super(reason)
    this.column = column
  }
}

/** What a record names another one by. */
export interface Reference {
  readonly value: Expression
  /** The column that the value comes from, for messages. */
  readonly column: string
  /** Keys to look in, in this order; `id` is one of them. Empty: the section's usual ones. */
  readonly match: readonly string[]
  readonly among: readonly Kind[]
  /** The application of an entitlement that is named so; undefined: that of the record. It then exists by being named. */
  readonly application: Expression | undefined
}

export type Kind = (typeof kinds)[number]

export interface Input {
  readonly name: string
  /** A pattern of the file's name; undefined for any. */
  readonly glob: RegExp | undefined
  /** Columns or members that it is recognised by, each with others that may stand for it. */
  readonly columns: readonly string[]
  /** It has no columns but those that the map or its synonyms name. */
  readonly only: boolean
  readonly formats: readonly Format[]
  readonly path: string
  readonly tree: Tree | undefined
  /** Members that the document has at its top, since those at `path` are too common. */
  readonly beside: readonly string[]
  /** Members that the document does not have at its top. */
  readonly notBeside: readonly string[]
  /** Lists of GraphQL (`nodes`, or `edges` with a `node`) are lists of their nodes. */
  readonly hasConnections: boolean
  /** Columns that it does not have: another map would say more of a table with them. */
  readonly lacks: readonly string[]
  readonly optional: boolean
  /** Inputs of the map, one of which has to be there: alone the columns say too little. */
  readonly needs: readonly string[]
  /** Rows may end before the last columns, which are empty then. */
  readonly hasShortRows: boolean
  readonly sheet: string | undefined
}

/** What every section has: which rows, and how each becomes records. */
export interface Rule {
  /** Names of inputs. */
  readonly from: readonly string[]
  readonly line: number
  readonly where: (row: Row) => boolean
  /** From a row to the rows of its elements. */
  readonly each: (row: Row) => readonly Row[]
}

export interface PersonFields {
  readonly id: Expression
  readonly idColumn: string
  readonly keys: ReadonlyMap<string, Expression>
  /** By the names of columns of an import: `display_name`, `department`. */
  readonly fields: ReadonlyMap<string, Expression>
  readonly attributes: ReadonlyMap<string, Expression>
  /** Columns that no expression of the rule names become attributes. */
  readonly takesOtherColumns: boolean
  /** An object whose members that no expression names become attributes. */
  readonly attributesFrom: string | undefined
  /** Everything that the map mentions, without case, blanks and underscores. */
  readonly mentioned: ReadonlySet<string>
  /** The last day of the person: after it she is disabled, unless the row has a status. */
  readonly lastDay?: Expression | undefined
  readonly manager: Reference | undefined
  readonly lastWins: boolean
  /** What a row says, where that is known without asking the expressions; undefined where they have to be asked. */
  readonly described?: (row: Row, secrets: SecretColumns) => Described | undefined
}

/** What a row says of a person or an account. */
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
    /** It is a person of a source that defines none: grants name it as they name people. */
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
}

export type GrantRule = Rule & {
  readonly application: Expression | undefined
  readonly holder: Reference
  readonly entitlement: Reference
  readonly grantedAt: Expression | undefined
  readonly lastUsedAt: Expression | undefined
  /** The day after which it is held no more. */
  readonly ends: Expression | undefined
  /** Says why a row is no grant that is held, such as `Eligible`; undefined when it is held. */
  readonly notHeld: ((row: Row) => string | undefined) | undefined
  /** Cells may hold several entitlements without the map saying so. */
  readonly mayBeList: boolean
}

export type UsageRule = Rule & {
  readonly application: Expression
  readonly holder: Reference
  readonly day: Expression
}

export interface AccessMap {
  readonly name: string
  /** The file that it was read from. */
  readonly file: string
  /** Named by the user: inputs without a signature take every file. */
  readonly isGiven: boolean
  /** Of tables that any product may have: a map of a product that fits comes before it. */
  readonly isGeneric: boolean
  readonly title: string
  /** On what a ready map was tried: a public file, or documents alone. */
  readonly checked: string
  readonly loses: readonly string[]
  readonly inputs: readonly Input[]
  /** Columns that rules read of each input, by its name. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string>>
  readonly synonyms: Synonyms
  readonly identities: readonly IdentityRule[]
  readonly accounts: readonly AccountRule[]
  readonly applications: readonly ApplicationRule[]
  readonly entitlements: readonly EntitlementRule[]
  readonly grants: readonly GrantRule[]
  readonly usage: readonly UsageRule[]
}
