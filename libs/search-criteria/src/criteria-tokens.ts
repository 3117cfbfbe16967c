import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain'
import { CriteriaSyntaxError } from './criteria-syntax.ts'

export const Scalar = createToken({ name: 'Scalar', pattern: Lexer.NA, label: 'a value' })
export const Phrase = createToken({ name: 'Phrase', pattern: /"(?:\\[\s\S]|[^"\\])*"/, categories: [Scalar] })
const Instant = createToken({
  name: 'Instant',
  pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/,
  categories: [Scalar],
})
// A word contains any other reserved character only after a backslash. "+", "-" and "@" may be inside it, as in Lucene.
export const Word = createToken({
  name: 'Word',
  pattern: /(?:\\[\s\S]|[^\s()[\]{}:"<>\\!+\-&|@^~/])(?:\\[\s\S]|&(?!&)|\|(?!\|)|[^\s()[\]{}:"\\!&|^~/])*/,
  label: 'a word',
  line_breaks: true,
  categories: [Scalar],
})
export const And = createToken({ name: 'And', pattern: /AND|&&/, longer_alt: Word, label: 'AND' })
export const Or = createToken({ name: 'Or', pattern: /OR|\|\|/, longer_alt: Word, label: 'OR' })
export const Sign = createToken({ name: 'Sign', pattern: Lexer.NA, label: 'NOT, "-" or "+"' })
const Not = createToken({ name: 'Not', pattern: /NOT/, longer_alt: Word, categories: [Sign] })
const Mark = createToken({ name: 'Mark', pattern: /[-!+]/, categories: [Sign] })
export const List = createToken({ name: 'List', pattern: /@[A-Za-z]+/, label: 'a list such as @access' })
export const Colon = createToken({ name: 'Colon', pattern: ':', label: '":"' })
export const Open = createToken({ name: 'Open', pattern: '(', label: '"("' })
export const Close = createToken({ name: 'Close', pattern: ')', label: '")"' })
export const Boost = createToken({ name: 'Boost', pattern: /\^(?:\d+(?:\.\d+)?|\.\d+)(?![^\s()])/, label: '"^"' })
const Blank = createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED })

// Between the brackets of a range, everything except a blank and the closing bracket is part of a bound.
export const Bound = createToken({ name: 'Bound', pattern: Lexer.NA, label: 'an end of the range' })
export const RangeOpen = createToken({ name: 'RangeOpen', pattern: /[[{]/, push_mode: 'range', label: '"["' })
export const RangeClose = createToken({ name: 'RangeClose', pattern: /[\]}]/, pop_mode: true, label: '"]"' })
const RangeText = createToken({ name: 'RangeText', pattern: /(?:\\[\s\S]|[^\s[\]{}"\\])+/, categories: [Bound] })
const RangePhrase = createToken({ name: 'RangePhrase', pattern: Phrase.PATTERN as RegExp, categories: [Bound] })
export const To = createToken({ name: 'To', pattern: /TO/, longer_alt: RangeText, label: 'TO' })

export const Compare = createToken({
  name: 'Compare',
  pattern: /[<>]=?/,
  push_mode: 'comparison',
  label: 'a comparison',
})
const LimitText = createToken({
  name: 'LimitText',
  pattern: /(?:\\[\s\S]|[^\s()[\]{}"\\^~<>])+/,
  pop_mode: true,
  categories: [Bound],
})
const LimitPhrase = createToken({
  name: 'LimitPhrase',
  pattern: Phrase.PATTERN as RegExp,
  pop_mode: true,
  categories: [Bound],
})

const everywhere = [Open, Close, RangeOpen, Colon, Phrase, List, Compare, Boost, And, Or, Not, Mark, Instant, Word]

/** Every kind of token, for the parser. */
export const allTokens = [
  Blank,
  ...everywhere,
  RangeClose,
  To,
  RangeText,
  RangePhrase,
  LimitText,
  LimitPhrase,
  Scalar,
  Sign,
  Bound,
]

const lexer = new Lexer(
  {
    defaultMode: 'everywhere',
    modes: {
      everywhere: [Blank, ...everywhere],
      range: [Blank, RangeClose, To, RangePhrase, RangeText],
      comparison: [Blank, LimitPhrase, LimitText],
    },
  },
  { positionTracking: 'onlyOffset' },
)

/**
 * The tokens of a query.
 * @throws CriteriaSyntaxError for a character that begins no token, and for missing or wrong blanks
 */
export function criteriaTokens(text: string): IToken[] {
  const { tokens, errors } = lexer.tokenize(text)
  const [fault] = errors
  if (fault !== undefined) throw new CriteriaSyntaxError(fault.offset, reasonFor(text[fault.offset]))
  for (const [index, token] of tokens.entries()) {
    refuseCodePoint(token)
    const before = tokens[index - 1]
    if (before !== undefined) refuseSpacing(before, token)
  }
  return tokens
}

function reasonFor(character: string | undefined): string {
  const literally = `to search for ${JSON.stringify(character)} itself, put a backslash before it or the text in quotes`
  switch (character) {
    case '"':
      return 'this quote is not closed'
    case '~':
      return `similar words and loose phrases (~) are not supported; ${literally}`
    case '/':
      return `regular expressions (/) are not supported, use * and ?; ${literally}`
    case '^':
      return `a number has to follow ^, as in sales^2; ${literally}`
    case '\\':
      return 'a character has to follow a backslash'
    default:
      return `${JSON.stringify(character)} needs a backslash before it, or quotes around it`
  }
}

/** Lucene reads `\u00e9` as the character with this number; we refuse it. */
function refuseCodePoint({ image, startOffset }: IToken): void {
  for (const { 0: pair, index } of image.matchAll(/\\[\s\S]/g)) {
    if (pair !== '\\u') continue
    throw new CriteriaSyntaxError(
      startOffset + index,
      'escapes by number (\\u) are not supported; write the character itself',
    )
  }
}

const ends: ReadonlySet<TokenType> = new Set([Phrase, Instant, Word])
const starts: ReadonlySet<TokenType> = new Set([Phrase, Instant, Word, Mark, Open, RangeOpen, And, Or])
const operators: ReadonlySet<TokenType> = new Set([And, Or])

/** Lucene reads `a!b` as `a NOT b` and `a&&b` as a word, and drops the sign of `a - b`. All three would surprise the author. */
function refuseSpacing(before: IToken, token: IToken): void {
  const isAdjacent = before.startOffset + before.image.length === token.startOffset
  if (before.tokenType === Mark && !isAdjacent) {
    throw new CriteriaSyntaxError(before.startOffset, `no blank may follow "${before.image}"`)
  }
  const needsBlank = ends.has(before.tokenType)
    ? starts.has(token.tokenType)
    : operators.has(before.tokenType) && token.tokenType === Word
  if (isAdjacent && needsBlank) {
    const remedy = 'put a blank before it, or a backslash if it belongs to the word'
    throw new CriteriaSyntaxError(token.startOffset, `"${token.image}" follows "${before.image}" directly; ${remedy}`)
  }
}
