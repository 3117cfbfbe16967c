import type { PatternPart } from './criteria.ts'

/**
 * A pattern as a regular expression of PostgreSQL: a run of whole words anywhere in the text, or the whole text. Only
 * characters that have no upper case are added, so that the expression may be put into lower case as a whole.
 */
export function textPattern(pattern: readonly PatternPart[], isWhole: boolean): string {
  const inside = pattern.map((part) => (typeof part === 'object' ? escaped(part.literal) : part === '*' ? '.*' : '.'))
  const [start, end] = isWhole ? ['^', '$'] : [wordStart, wordEnd]
  return `${start}${inside.join('')}${end}`
}

// A point between letters belongs to the word, as in amanda.ross; other punctuation ends it.
const wordStart = '(?<![[:alnum:]_]|[[:alnum:]][.])'
const wordEnd = '(?![[:alnum:]_]|[.][[:alnum:]])'

const escaped = (literal: string) => literal.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
