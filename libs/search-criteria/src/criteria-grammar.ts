import {
  createToken,
  EmbeddedActionsParser,
  EOF,
  type IParserErrorMessageProvider,
  type IToken,
  Lexer,
  type ParserMethod,
  tokenLabel,
} from 'chevrotain'

/** A search query as it is written, before anybody asked whether there are such fields. */
export type CriteriaSyntax =
  | { readonly kind: 'and' | 'or'; readonly of: readonly CriteriaSyntax[] }
  | { readonly kind: 'not'; readonly of: CriteriaSyntax }
  | { readonly kind: 'nested'; readonly list: IToken; readonly of: CriteriaSyntax }
  /** Without a field, the value is searched for in all of them. */
  | { readonly kind: 'match'; readonly field: IToken | undefined; readonly value: ValueSyntax }

/** What a field is compared with. */
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

/** Raised by `parseCriteriaSyntax`: `offset` in UTF-16 units from the start of the text. */
export class CriteriaSyntaxError extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/** So that neither our stack nor the database's meets its end. */
const deepestNesting = 50

const Scalar = createToken({ name: 'Scalar', pattern: Lexer.NA, label: 'a value' })
const Phrase = createToken({ name: 'Phrase', pattern: /"(?:\\[\s\S]|[^"\\])*"/, categories: [Scalar] })
const Instant = createToken({
  name: 'Instant',
  pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/,
  categories: [Scalar],
})
// Other characters that mean something elsewhere stand in a word behind a backslash.
const Word = createToken({
  name: 'Word',
  pattern: /(?:\\[\s\S]|[^\s()[\]{}:"<>\\!+\-&|@])(?:\\[\s\S]|[^\s()[\]{}:"\\])*/,
  label: 'a word',
  categories: [Scalar],
})
const And = createToken({ name: 'And', pattern: /AND|&&/, longer_alt: Word, label: 'AND' })
const Or = createToken({ name: 'Or', pattern: /OR|\|\|/, longer_alt: Word, label: 'OR' })
const Not = createToken({ name: 'Not', pattern: /NOT/, longer_alt: Word, label: 'NOT' })
const To = createToken({ name: 'To', pattern: /TO/, longer_alt: Word, label: 'TO', categories: [Scalar] })
const Bang = createToken({ name: 'Bang', pattern: /[!-]/, label: '"!"' })
const Plus = createToken({ name: 'Plus', pattern: '+', label: '"+"' })
const List = createToken({ name: 'List', pattern: /@[A-Za-z]+/, label: 'a list such as @access' })
const Compare = createToken({ name: 'Compare', pattern: /[<>]=?/, label: 'a comparison' })
const Colon = createToken({ name: 'Colon', pattern: ':', label: '":"' })
const Open = createToken({ name: 'Open', pattern: '(', label: '"("' })
const Close = createToken({ name: 'Close', pattern: ')', label: '")"' })
const RangeOpen = createToken({ name: 'RangeOpen', pattern: /[[{]/, label: '"["' })
const RangeClose = createToken({ name: 'RangeClose', pattern: /[\]}]/, label: '"]"' })
const Blank = createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED })

const tokens = [
  Blank,
  Open,
  Close,
  RangeOpen,
  RangeClose,
  Colon,
  Phrase,
  List,
  Compare,
  And,
  Or,
  Not,
  To,
  Bang,
  Plus,
  Instant,
  Word,
  Scalar,
]
const lexer = new Lexer(tokens, { positionTracking: 'onlyOffset' })

const found = (token: IToken) => (token.tokenType === EOF ? 'the end' : `"${token.image}"`)
const unexpected = (token: IToken, expected: string) => `found ${found(token)} where ${expected} is expected`

/** No rule of ours asks for "at least one", so an early exit cannot happen. */
const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) => unexpected(actual, tokenLabel(expected)),
  buildNotAllInputParsedMessage: ({ firstRedundant }) => unexpected(firstRedundant, 'AND, OR, a term or the end'),
  buildNoViableAltMessage: ({ actual }) => unexpected(actual[0], 'a term, "(" or NOT'),
  buildEarlyExitMessage: ({ actual }) => unexpected(actual[0], 'something else'),
}

/** What the clauses inside belong to: how deep they are nested, and the field whose values they are, if any. */
interface Place {
  readonly depth: number
  readonly field: IToken | undefined
}

/** The tables of the parser are made by calling its rules without arguments. */
const top: Place = { depth: 0, field: undefined }

/** The subset of contract section 12.3; blanks between terms are OR, NOT binds before AND, AND before OR. */
class CriteriaParser extends EmbeddedActionsParser {
  constructor() {
    super(tokens, { maxLookahead: 2, errorMessageProvider: messages })
    this.performSelfAnalysis()
  }

  readonly alternatives: ParserMethod<[Place], CriteriaSyntax> = this.RULE(
    'alternatives',
    (place: Place = top): CriteriaSyntax => {
      const of = [this.SUBRULE(this.conjunction, { ARGS: [place] })]
      this.MANY(() => {
        this.OPTION(() => this.CONSUME(Or))
        of.push(this.SUBRULE2(this.conjunction, { ARGS: [place] }))
      })
      return of.length === 1 ? of[0] : { kind: 'or', of }
    },
  )

  readonly conjunction: ParserMethod<[Place], CriteriaSyntax> = this.RULE(
    'conjunction',
    (place: Place = top): CriteriaSyntax => {
      const of = [this.SUBRULE(this.negation, { ARGS: [place] })]
      this.MANY(() => {
        this.CONSUME(And)
        of.push(this.SUBRULE2(this.negation, { ARGS: [place] }))
      })
      return of.length === 1 ? of[0] : { kind: 'and', of }
    },
  )

  readonly negation: ParserMethod<[Place], CriteriaSyntax> = this.RULE(
    'negation',
    (place: Place = top): CriteriaSyntax => {
      let negations = 0
      this.MANY(() =>
        this.OR([
          {
            ALT: () => {
              const not = this.OR2([{ ALT: () => this.CONSUME(Not) }, { ALT: () => this.CONSUME(Bang) }])
              negations++
              this.ACTION(() => refuseBelow(place.depth + negations, not))
            },
          },
          // "must be there", which is what every term of an AND says anyway.
          { ALT: () => this.CONSUME(Plus) },
        ]),
      )
      let syntax = this.SUBRULE(this.clause, { ARGS: [{ ...place, depth: place.depth + negations }] })
      for (; negations > 0; negations--) syntax = { kind: 'not', of: syntax }
      return syntax
    },
  )

  readonly clause: ParserMethod<[Place], CriteriaSyntax> = this.RULE(
    'clause',
    (place: Place = top): CriteriaSyntax =>
      this.OR([
        { ALT: (): CriteriaSyntax => this.SUBRULE(this.group, { ARGS: [place] }) },
        {
          ALT: (): CriteriaSyntax => {
            const list = this.CONSUME(List)
            const of = this.SUBRULE2(this.group, { ARGS: [{ ...place, field: undefined }] })
            return { kind: 'nested', list, of }
          },
        },
        {
          // A field of its own wins over the one in front of the brackets.
          ALT: (): CriteriaSyntax => {
            const field = this.CONSUME(Word)
            this.CONSUME(Colon)
            return this.OR2([
              { ALT: (): CriteriaSyntax => this.SUBRULE3(this.group, { ARGS: [{ ...place, field }] }) },
              { ALT: (): CriteriaSyntax => ({ kind: 'match', field, value: this.SUBRULE(this.value) }) },
            ])
          },
        },
        { ALT: (): CriteriaSyntax => ({ kind: 'match', field: place.field, value: this.SUBRULE2(this.value) }) },
      ]),
  )

  readonly group: ParserMethod<[Place], CriteriaSyntax> = this.RULE('group', (place: Place = top): CriteriaSyntax => {
    const open = this.CONSUME(Open)
    this.ACTION(() => refuseBelow(place.depth + 1, open))
    const inside = this.SUBRULE(this.alternatives, { ARGS: [{ ...place, depth: place.depth + 1 }] })
    this.CONSUME(Close)
    return inside
  })

  /** A scalar, perhaps with the minus of a number before it. */
  readonly bound: ParserMethod<[], { readonly bound: IToken }> = this.RULE('bound', () => {
    const minus = this.OPTION(() => this.CONSUME(Bang))
    const token = this.CONSUME(Scalar)
    return { bound: minus === undefined ? token : { ...token, image: `${minus.image}${token.image}` } }
  })

  readonly value: ParserMethod<[], ValueSyntax> = this.RULE('value', () =>
    this.OR([
      {
        ALT: (): ValueSyntax => {
          const operator = this.CONSUME(Compare)
          return { kind: 'comparison', operator, ...this.SUBRULE(this.bound) }
        },
      },
      {
        ALT: (): ValueSyntax => {
          const open = this.CONSUME(RangeOpen)
          const { bound: from } = this.SUBRULE2(this.bound)
          this.CONSUME(To)
          const { bound: to } = this.SUBRULE3(this.bound)
          const close = this.CONSUME(RangeClose)
          return { kind: 'range', from, to, includesFrom: open.image === '[', includesTo: close.image === ']' }
        },
      },
      {
        ALT: (): ValueSyntax => {
          const token = this.CONSUME4(Scalar)
          return { kind: 'text', token, isPhrase: token.tokenType === Phrase }
        },
      },
    ]),
  )
}

function refuseBelow(depth: number, token: IToken): void {
  if (depth <= deepestNesting) return
  throw new CriteriaSyntaxError(token.startOffset, `brackets and NOT are nested more than ${deepestNesting} deep`)
}

const parser = new CriteriaParser()

/** `text` holds more than blanks; a fault is a `CriteriaSyntaxError`. */
export function parseCriteriaSyntax(text: string): CriteriaSyntax {
  const lexed = lexer.tokenize(text)
  const [fault] = lexed.errors
  if (fault !== undefined) {
    const character = text.slice(fault.offset, fault.offset + 1)
    const reason =
      character === '"' ? 'this quote is not closed' : `"${character}" stands behind a backslash or in quotes`
    throw new CriteriaSyntaxError(fault.offset, reason)
  }
  parser.input = lexed.tokens
  const syntax = parser.alternatives(top)
  const [error] = parser.errors
  if (error === undefined) return syntax
  const { token } = error
  throw new CriteriaSyntaxError(token.tokenType === EOF ? text.length : token.startOffset, error.message)
}
