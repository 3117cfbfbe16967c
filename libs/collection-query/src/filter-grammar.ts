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

/** A parsed filter, before its fields and operators are checked. */
export type FilterSyntax =
  | { readonly kind: 'and' | 'or'; readonly of: readonly FilterSyntax[] }
  | { readonly kind: 'not'; readonly of: FilterSyntax }
  | {
      readonly kind: 'comparison'
      readonly field: IToken
      readonly operator: IToken
      readonly values: readonly IToken[]
    }

/** Thrown by `parseFilterSyntax`; `offset` counts UTF-16 units from the beginning of the text. */
export class FilterSyntaxError extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/** The limit protects the stack of this process and of the database; no person writes a deeper filter. */
const deepestNesting = 50

// Only `and`, `or` and `not` need quotes when they are values.
const Value = createToken({ name: 'Value', pattern: Lexer.NA, label: 'a value' })
const QuotedText = createToken({ name: 'QuotedText', pattern: /"(?:\\[\s\S]|[^"\\])*"/, categories: [Value] })
const Word = createToken({ name: 'Word', pattern: /[^\s()",]+/, label: 'a field', categories: [Value] })
const IsNull = createToken({ name: 'IsNull', pattern: /isnull/, longer_alt: Word, categories: [Value] })
const ListOperator = createToken({ name: 'ListOperator', pattern: /in|ca/, longer_alt: Word, categories: [Value] })
const Operator = createToken({
  name: 'Operator',
  pattern: /eq|ne|gt|ge|lt|le|sw|co/,
  longer_alt: Word,
  categories: [Value],
})
const Pr = createToken({ name: 'Pr', pattern: /pr/, longer_alt: Word, label: '"pr"', categories: [Value] })
const And = createToken({ name: 'And', pattern: /and/, longer_alt: Word, label: '"and"' })
const Or = createToken({ name: 'Or', pattern: /or/, longer_alt: Word, label: '"or"' })
const Not = createToken({ name: 'Not', pattern: /not/, longer_alt: Word, label: '"not"' })
const Open = createToken({ name: 'Open', pattern: '(', label: '"("' })
const Close = createToken({ name: 'Close', pattern: ')', label: '")"' })
const Comma = createToken({ name: 'Comma', pattern: ',', label: '","' })
const Blank = createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED })

const tokens = [Blank, Open, Close, Comma, QuotedText, IsNull, ListOperator, Operator, Pr, And, Or, Not, Word, Value]
const lexer = new Lexer(tokens, { positionTracking: 'onlyOffset' })

function found(token: IToken): string {
  if (token.tokenType === EOF) return 'the end'
  if (token.tokenType === QuotedText) return token.image
  return `"${token.image}"`
}

const unexpected = (token: IToken | undefined, expected: string) =>
  `found ${token === undefined ? 'the end' : found(token)} where ${expected} is expected`

/** The grammar has no "at least one" rule, so an early exit cannot happen. */
const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage({ expected, actual, ruleName }) {
    if (expected !== Close) return unexpected(actual, tokenLabel(expected))
    return unexpected(actual, ruleName === 'values' ? '"," or ")"' : '"and", "or" or ")"')
  },
  buildNotAllInputParsedMessage: ({ firstRedundant }) => unexpected(firstRedundant, '"and", "or" or the end'),
  buildNoViableAltMessage: ({ actual, ruleName }) =>
    unexpected(actual[0], ruleName === 'condition' ? 'an operator' : 'a field, "(", "not" or "pr"'),
  buildEarlyExitMessage: ({ actual }) => unexpected(actual[0], 'something else'),
}

function joined(kind: 'and' | 'or', of: readonly FilterSyntax[]): FilterSyntax {
  const [only] = of
  return only !== undefined && of.length === 1 ? only : { kind, of }
}

/** The grammar of the contract (4.2). A rule's argument is the number of brackets and `not` around it. */
class FilterParser extends EmbeddedActionsParser {
  constructor() {
    super(tokens, { maxLookahead: 1, errorMessageProvider: messages })
    this.performSelfAnalysis()
  }

  readonly disjunction: ParserMethod<[depth: number], FilterSyntax> = this.RULE(
    'disjunction',
    (depth: number): FilterSyntax => {
      const of = [this.SUBRULE(this.conjunction, { ARGS: [depth] })]
      this.MANY(() => {
        this.CONSUME(Or)
        of.push(this.SUBRULE2(this.conjunction, { ARGS: [depth] }))
      })
      return joined('or', of)
    },
  )

  readonly conjunction: ParserMethod<[depth: number], FilterSyntax> = this.RULE(
    'conjunction',
    (depth: number): FilterSyntax => {
      const of = [this.SUBRULE(this.negation, { ARGS: [depth] })]
      this.MANY(() => {
        this.CONSUME(And)
        of.push(this.SUBRULE2(this.negation, { ARGS: [depth] }))
      })
      return joined('and', of)
    },
  )

  readonly negation: ParserMethod<[depth: number], FilterSyntax> = this.RULE(
    'negation',
    (depth: number): FilterSyntax => {
      let negations = 0
      this.MANY(() => {
        const not = this.CONSUME(Not)
        negations++
        this.ACTION(() => refuseBelow(depth + negations, not))
      })
      let syntax = this.SUBRULE(this.primary, { ARGS: [depth + negations] })
      for (; negations > 0; negations--) syntax = { kind: 'not', of: syntax }
      return syntax
    },
  )

  readonly primary: ParserMethod<[depth: number], FilterSyntax> = this.RULE(
    'primary',
    (depth: number): FilterSyntax =>
      this.OR([
        {
          ALT: (): FilterSyntax => {
            const open = this.CONSUME(Open)
            this.ACTION(() => refuseBelow(depth + 1, open))
            const inside = this.SUBRULE(this.disjunction, { ARGS: [depth + 1] })
            this.CONSUME(Close)
            return inside
          },
        },
        {
          ALT: (): FilterSyntax => {
            const operator = this.CONSUME(Pr)
            return { kind: 'comparison', operator, field: this.CONSUME(Word), values: [] }
          },
        },
        { ALT: (): FilterSyntax => this.SUBRULE(this.condition) },
      ]),
  )

  readonly condition: ParserMethod<[], FilterSyntax> = this.RULE('condition', (): FilterSyntax => {
    const field = this.CONSUME(Word)
    return this.OR([
      { ALT: (): FilterSyntax => ({ kind: 'comparison', field, operator: this.CONSUME(IsNull), values: [] }) },
      {
        ALT: (): FilterSyntax => {
          const operator = this.CONSUME(ListOperator)
          return { kind: 'comparison', field, operator, values: this.SUBRULE(this.values) }
        },
      },
      {
        ALT: (): FilterSyntax => {
          const operator = this.CONSUME(Operator)
          return { kind: 'comparison', field, operator, values: [this.CONSUME(Value)] }
        },
      },
      {
        // `name EQ "x"` or `name like "x"`: the operator is checked later, where the field's operators are known.
        ALT: (): FilterSyntax => {
          const operator = this.CONSUME2(Word)
          return { kind: 'comparison', field, operator, values: [this.CONSUME2(Value)] }
        },
      },
    ])
  })

  readonly values: ParserMethod<[], IToken[]> = this.RULE('values', () => {
    const values: IToken[] = []
    this.CONSUME(Open)
    values.push(this.CONSUME(Value))
    this.MANY(() => {
      this.CONSUME(Comma)
      values.push(this.CONSUME2(Value))
    })
    this.CONSUME(Close)
    return values
  })
}

function refuseBelow(depth: number, token: IToken): void {
  if (depth <= deepestNesting) return
  throw new FilterSyntaxError(token.startOffset, `brackets and "not" are nested more than ${deepestNesting} deep`)
}

const parser = new FilterParser()

/** The text of a value: the characters between the quotes, with `\"` and `\\` unescaped, or the unquoted word. */
export function valueText(token: IToken): string {
  return token.tokenType === QuotedText ? token.image.slice(1, -1).replace(/\\(["\\])/g, '$1') : token.image
}

/** Parses the whole documented grammar. `text` must not be blank. @throws FilterSyntaxError */
export function parseFilterSyntax(text: string): FilterSyntax {
  const lexed = lexer.tokenize(text)
  // The lexer's only error is a quote that is not closed; all other characters form words.
  const [unclosed] = lexed.errors
  if (unclosed !== undefined) throw new FilterSyntaxError(unclosed.offset, 'this quote is not closed')
  parser.input = lexed.tokens
  const syntax = parser.disjunction(0)
  const [error] = parser.errors
  if (error === undefined) return syntax
  const { token } = error
  throw new FilterSyntaxError(token.tokenType === EOF ? text.length : token.startOffset, error.message)
}
