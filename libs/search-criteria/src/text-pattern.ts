import type { Match, PatternPart } from './criteria.ts'

type TextMatch = Match & { kind: 'text' }

/** A pattern with wildcards only at its ends: the characters, and whether the word may continue before or after them. */
export interface PlainPattern {
  readonly literal: string
  readonly isOpenBefore: boolean
  readonly isOpenBehind: boolean
}

/**
 * The pattern as one literal with open ends; undefined if a wildcard is inside, or next to a point, because then the wildcard decides
 * whether the point belongs to the word.
 */
export function plainPattern(pattern: readonly PatternPart[]): PlainPattern | undefined {
  const [only, ...others] = withoutOpenEnds(pattern)
  if (typeof only !== 'object' || others.length > 0) return undefined
  const { literal } = only
  const isOpenBefore = pattern[0] === '*'
  const isOpenBehind = pattern.at(-1) === '*'
  if ((isOpenBefore && literal.startsWith('.')) || (isOpenBehind && literal.endsWith('.'))) return undefined
  return { literal, isOpenBefore, isOpenBehind }
}

/** Whether PostgreSQL has to compile a regular expression for it. */
export function needsExpression({ pattern, isExact }: TextMatch): boolean {
  return isExact ? pattern.some((part) => typeof part === 'string') : plainPattern(pattern) === undefined
}

/**
 * A pattern as a regular expression of PostgreSQL: consecutive whole words anywhere in the text, or the whole text. Only
 * characters without upper case are added, so that the whole expression may be converted to lower case.
 */
export function textPattern(pattern: readonly PatternPart[], isWhole: boolean): string {
  if (isWhole) return `^${pattern.map((part) => expressionOf(part, '.')).join('')}$`
  const inside = withoutOpenEnds(pattern).map((part) => expressionOf(part, '[^[:space:]]'))
  return `${pattern[0] === '*' ? '' : wordStart}${inside.join('')}${pattern.at(-1) === '*' ? '' : wordEnd}`
}

function withoutOpenEnds(pattern: readonly PatternPart[]): readonly PatternPart[] {
  const first = pattern.findIndex((part) => part !== '*')
  const last = pattern.findLastIndex((part) => part !== '*')
  return pattern.slice(first, last + 1)
}

// A point between letters or digits belongs to the word, as in amanda.ross; other punctuation ends it.
const wordStart = '(?<![[:alnum:]_]|[[:alnum:]][.])'
const wordEnd = '(?![[:alnum:]_]|[.][[:alnum:]])'

function expressionOf(part: PatternPart, character: string): string {
  if (typeof part === 'object') return part.literal.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
  return part === '*' ? `${character}*` : character
}
