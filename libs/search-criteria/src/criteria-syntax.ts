import type { IToken } from 'chevrotain'
import type { Clauses } from './clauses.ts'

/** A search query as it is written, before its fields are looked up. */
export type CriteriaSyntax =
  | ({ readonly kind: 'clauses' } & Clauses<CriteriaSyntax>)
  | { readonly kind: 'nested'; readonly list: IToken; readonly of: CriteriaSyntax }
  /** Without a field, the value is searched in all fields. */
  | { readonly kind: 'match'; readonly field: IToken | undefined; readonly value: ValueSyntax }

/** The value with which a field is compared. */
export type ValueSyntax =
  | { readonly kind: 'text'; readonly token: IToken; readonly isPhrase: boolean }
  | { readonly kind: 'comparison'; readonly operator: IToken; readonly bound: IToken }
  | {
      readonly kind: 'range'
      readonly from: IToken
      readonly to: IToken
      readonly includesFrom: boolean
      readonly includesTo: boolean
    }

/** Thrown for a query that cannot be parsed. `offset` is in UTF-16 units from the start of the text. */
export class CriteriaSyntaxError extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}
