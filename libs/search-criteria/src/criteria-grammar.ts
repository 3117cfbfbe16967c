import {
  EmbeddedActionsParser,
  EOF,
  type IParserErrorMessageProvider,
  type IToken,
  type ParserMethod,
  tokenLabel,
  tokenMatcher,
} from 'chevrotain'
import { combineClauses, type WrittenClause } from './clauses.ts'
import { type CriteriaSyntax, CriteriaSyntaxError, type ValueSyntax } from './criteria-syntax.ts'
import * as t from './criteria-tokens.ts'

/** A limit, so that neither our stack nor the database's overflows. */
const deepestNesting = 50

const found = (token: IToken | undefined) =>
  token === undefined || token.tokenType === EOF ? 'the end' : `"${token.image}"`
const unexpected = (token: IToken | undefined, expected: string) =>
  `found ${found(token)} where ${expected} is expected`

/** No rule requires "at least one", so an early exit cannot happen. */
const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => unexpected(actual, tokenLabel(expected)),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => unexpected(firstRedundant, 'AND, OR, a term or the end'),
  buildNoViableAltMessage: ({ actual: [token], previous }) =>
    token !== undefined && tokenMatcher(token, t.Sign) && tokenMatcher(previous, t.Sign)
      ? `"${previous.image}" and "${token.image}" both precede one term; use one of them, or brackets: NOT (NOT a)`
      : unexpected(token, 'a term, "(" or NOT'),
  buildEarlyExitMessage: ({ actual: [token] }) => unexpected(token, 'something else'),
}

/** The context of clauses: their depth of nesting, and the field whose values they are, if any. */
interface Place {
  readonly depth: number
  readonly field: IToken | undefined
}

/** The parser's constructor calls its rules without arguments. */
const top: Place = { depth: 0, field: undefined }

/** A clause with the tokens that determine how it combines with the other clauses of its level. */
interface ReadClause {
  readonly operator: IToken | undefined
  readonly sign: IToken | undefined
  readonly of: CriteriaSyntax
}

/** The subset of contract section 12.3. */
class CriteriaParser extends EmbeddedActionsParser {
  constructor() {
    super(t.allTokens, { maxLookahead: 2, errorMessageProvider: messages })
    this.performSelfAnalysis()
  }

  readonly level: ParserMethod<[Place], CriteriaSyntax> = this.RULE('level', (place: Place = top): CriteriaSyntax => {
    const clauses: ReadClause[] = [{ operator: undefined, ...this.SUBRULE(this.signed, { ARGS: [place] }) }]
    this.MANY(() => {
      const operator = this.OPTION(() =>
        this.OR([{ ALT: () => this.CONSUME(t.And) }, { ALT: () => this.CONSUME(t.Or) }]),
      )
      clauses.push({ operator, ...this.SUBRULE2(this.signed, { ARGS: [place] }) })
    })
    return this.ACTION(() => levelOf(clauses))
  })

  readonly signed: ParserMethod<[Place], Omit<ReadClause, 'operator'>> = this.RULE('signed', (place: Place = top) => {
    const sign = this.OPTION(() => this.CONSUME(t.Sign))
    const of = this.SUBRULE(this.clause, { ARGS: [place] })
    // A boost moves a result up or down a list. A population has no order, so it is ignored.
    this.OPTION2(() => this.CONSUME(t.Boost))
    return { sign, of }
  })

  readonly clause: ParserMethod<[Place], CriteriaSyntax> = this.RULE(
    'clause',
    (place: Place = top): CriteriaSyntax =>
      this.OR([
        { ALT: (): CriteriaSyntax => this.SUBRULE(this.group, { ARGS: [place] }) },
        {
          ALT: (): CriteriaSyntax => {
            const list = this.CONSUME(t.List)
            const of = this.SUBRULE2(this.group, { ARGS: [{ ...place, field: undefined }] })
            return { kind: 'nested', list, of }
          },
        },
        {
          // The field of a clause has priority over the field before the brackets.
          ALT: (): CriteriaSyntax => {
            const field = this.CONSUME(t.Word)
            this.CONSUME(t.Colon)
            return this.OR2([
              { ALT: (): CriteriaSyntax => this.SUBRULE3(this.group, { ARGS: [{ ...place, field }] }) },
              { ALT: (): CriteriaSyntax => ({ kind: 'match', field, value: this.SUBRULE(this.value) }) },
            ])
          },
        },
        {
          ALT: (): CriteriaSyntax => {
            const value = this.SUBRULE2(this.value)
            this.ACTION(() => refuseOperatorInLowerCase(value))
            return { kind: 'match', field: place.field, value }
          },
        },
      ]),
  )

  readonly group: ParserMethod<[Place], CriteriaSyntax> = this.RULE('group', (place: Place = top): CriteriaSyntax => {
    const open = this.CONSUME(t.Open)
    this.ACTION(() => refuseBelow(place.depth + 1, open))
    const inside = this.SUBRULE(this.level, { ARGS: [{ ...place, depth: place.depth + 1 }] })
    this.CONSUME(t.Close)
    return inside
  })

  readonly value: ParserMethod<[], ValueSyntax> = this.RULE('value', () =>
    this.OR([
      {
        ALT: (): ValueSyntax => {
          const operator = this.CONSUME(t.Compare)
          return { kind: 'comparison', operator, bound: this.CONSUME(t.Bound) }
        },
      },
      {
        ALT: (): ValueSyntax => {
          const open = this.CONSUME(t.RangeOpen)
          const from = this.CONSUME2(t.Bound)
          this.CONSUME(t.To)
          const to = this.CONSUME3(t.Bound)
          const close = this.CONSUME(t.RangeClose)
          return { kind: 'range', from, to, includesFrom: open.image === '[', includesTo: close.image === ']' }
        },
      },
      {
        ALT: (): ValueSyntax => {
          const token = this.CONSUME(t.Scalar)
          return { kind: 'text', token, isPhrase: token.tokenType === t.Phrase }
        },
      },
    ]),
  )
}

/** @throws CriteriaSyntaxError if AND and OR are mixed: Lucene gives priority to neither, and the result surprises users */
function levelOf(clauses: readonly ReadClause[]): CriteriaSyntax {
  const operators = clauses.flatMap(({ operator }) => operator ?? [])
  const other = operators.find(({ tokenType }) => tokenType !== operators[0]?.tokenType)
  if (other !== undefined) {
    const remedy = 'use brackets to group them: (a AND b) OR c, or a AND (b OR c)'
    throw new CriteriaSyntaxError(other.startOffset, `AND and OR are mixed on one level; ${remedy}`)
  }
  const [first] = clauses
  if (first !== undefined && clauses.length === 1 && first.sign === undefined) return first.of
  return { kind: 'clauses', ...combineClauses(clauses.map(written)) }
}

function written({ operator, sign, of }: ReadClause): WrittenClause<CriteriaSyntax> {
  return {
    operator: operator && (operator.tokenType === t.And ? 'and' : 'or'),
    sign: sign && (sign.image === '+' ? '+' : '-'),
    of,
  }
}

/** Elasticsearch would search for the word "and", which finds nearly the opposite of what the author meant. */
function refuseOperatorInLowerCase(value: ValueSyntax): void {
  if (value.kind !== 'text' || value.isPhrase || !/^(?:and|or|not)$/i.test(value.token.image)) return
  const { image, startOffset } = value.token
  const remedy = `write ${image.toUpperCase()} for the operator, or "${image}" in quotes for the word`
  throw new CriteriaSyntaxError(startOffset, `operators are written in upper case: ${remedy}`)
}

function refuseBelow(depth: number, token: IToken): void {
  if (depth <= deepestNesting) return
  throw new CriteriaSyntaxError(token.startOffset, `brackets are nested more than ${deepestNesting} deep`)
}

const parser = new CriteriaParser()

/**
 * `text` must contain more than blanks.
 * @throws CriteriaSyntaxError
 */
export function parseCriteriaSyntax(text: string): CriteriaSyntax {
  parser.input = t.criteriaTokens(text)
  const syntax = parser.level(top)
  const [error] = parser.errors
  if (error === undefined) return syntax
  const { token } = error
  throw new CriteriaSyntaxError(token.tokenType === EOF ? text.length : token.startOffset, error.message)
}
