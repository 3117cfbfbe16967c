import type { Pattern } from '@assay/patterns'
import { type RuleFunction, ruleFunction } from './rule-function.ts'
import { RuleError, ruleLimits, spendReading, spendSteps, spendText } from './rule-limits.ts'
import { booleanIn, shortened } from './rule-values.ts'

/** Functions on texts and lists. Positions count characters (Unicode code points) from 0. */
export const textFunctions: readonly RuleFunction[] = [
  ruleFunction(
    'string.contains(string) -> bool',
    'whether the other text is part of it',
    (text: string, part: string) => searched(text, part).includes(part),
  ),
  ruleFunction(
    'string.startsWith(string) -> bool',
    'whether it begins with the other text',
    (text: string, part: string) => text.startsWith(read(part)),
  ),
  ruleFunction('string.endsWith(string) -> bool', 'whether it ends with the other text', (text: string, part: string) =>
    text.endsWith(read(part)),
  ),
  ruleFunction(
    'string.matches(pattern) -> bool',
    'whether the pattern, in quotes and in the syntax of RE2, matches anywhere in it',
    matches,
  ),
  ruleFunction('matches(string, pattern) -> bool', 'the same, with the text first', matches),
  ruleFunction('string.ifEmpty(string) -> string', 'the other text when it is empty', (text: string, other: string) =>
    text === '' ? other : text,
  ),
  ruleFunction('string.lowerAscii() -> string', 'with A to Z in lower case', (text: string) =>
    made(text).replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase()),
  ),
  ruleFunction('string.upperAscii() -> string', 'with a to z in upper case', (text: string) =>
    made(text).replaceAll(/[a-z]+/gu, (letters) => letters.toUpperCase()),
  ),
  ruleFunction('string.trim() -> string', 'without white space at both ends', (text: string) => made(text).trim()),
  ruleFunction('string.size() -> int', 'the number of characters', sizeOfText),
  ruleFunction('list.size() -> int', 'the number of elements', sizeOfList),
  ruleFunction('map.size() -> int', 'the number of keys', sizeOfMap),
  ruleFunction('size(string) -> int', 'the number of characters', sizeOfText),
  ruleFunction('size(list) -> int', 'the number of elements', sizeOfList),
  ruleFunction('size(map) -> int', 'the number of keys', sizeOfMap),
  ruleFunction(
    'string.indexOf(string) -> int',
    'where the other text begins first; -1 nowhere',
    (text: string, part: string) => indexOf(text, part, 0n),
  ),
  ruleFunction('string.indexOf(string, int) -> int', 'the same, from a position on', indexOf),
  ruleFunction(
    'string.lastIndexOf(string) -> int',
    'where the other text begins last; -1 nowhere',
    (text: string, part: string) => {
      const at = searched(text, part).lastIndexOf(part)
      return at < 0 ? -1n : sizeOfText(text.slice(0, at))
    },
  ),
  ruleFunction('string.substring(int) -> string', 'from a position to the end', (text: string, start: bigint) =>
    substring(text, start, sizeOfText(text)),
  ),
  ruleFunction('string.substring(int, int) -> string', 'from a position to before another', substring),
  ruleFunction(
    'string.split(string) -> list<string>',
    'its parts between separators',
    (text: string, separator: string) => split(text, separator, -1n),
  ),
  ruleFunction(
    'string.split(string, int) -> list<string>',
    'at most this number of parts; the last one has the rest',
    split,
  ),
  ruleFunction('list<string>.join() -> string', 'all texts in one', (texts: string[]) => join(texts, '')),
  ruleFunction('list<string>.join(string) -> string', 'all texts in one, with a separator between', join),
  ruleFunction('string(string) -> string', 'the same text', same),
  ruleFunction('string(bool) -> string', '"true" or "false"', String),
  ruleFunction('string(int) -> string', 'the number as text', String),
  ruleFunction('string(double) -> string', 'the number as text', String),
  ruleFunction('bool(bool) -> bool', 'the same value', same),
  ruleFunction('bool(string) -> bool', 'the text "true" or "false" as a boolean', booleanIn),
  ruleFunction('int(int) -> int', 'the same number', same),
  ruleFunction('int(double) -> int', 'the number without its fraction', (number: number) =>
    toInt(Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined, String(number)),
  ),
  ruleFunction('int(string) -> int', 'the text as a whole number', (text: string) =>
    toInt(/^[+-]?\d{1,19}$/u.test(text) ? BigInt(text.replace(/^\+/u, '')) : undefined, text),
  ),
  ruleFunction('double(double) -> double', 'the same number', same),
  ruleFunction('double(int) -> double', 'the number as one with a fraction', Number),
  ruleFunction('double(string) -> double', 'the text as a number', (text: string) => {
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text)) throw noNumber(text)
    return Number(text)
  }),
  ruleFunction('dyn(dyn) -> dyn', 'the same value; its type is checked when it is used', same),
]

function matches(text: string, pattern: Pattern): boolean {
  spendSteps(Math.ceil((text.length * pattern.size) / 1000))
  return pattern.test(text)
}

function same(value: unknown): unknown {
  return value
}

function read(text: string): string {
  spendReading(text.length)
  return text
}

/** Counts a search for a text: the engine may compare the whole part at each position. */
function searched(text: string, part: string): string {
  spendReading(Math.max(text.length, (text.length - part.length + 1) * part.length))
  return text
}

function made(text: string): string {
  spendText(text.length)
  return text
}

function sizeOfText(text: string): bigint {
  return BigInt(isPlain(read(text)) ? text.length : [...text].length)
}

function sizeOfList(list: { readonly length: number }): bigint {
  return BigInt(list.length)
}

function sizeOfMap(map: object): bigint {
  return BigInt(map instanceof Map ? map.size : Object.keys(map).length)
}

/** Without characters that take two units of a JavaScript string. */
function isPlain(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text)
}

function indexOf(text: string, part: string, from: bigint): bigint {
  const letters = isPlain(searched(text, part)) ? undefined : [...text]
  const length = letters?.length ?? text.length
  if (from < 0n || from > BigInt(length)) throw outside(from, length)
  const start = letters === undefined ? Number(from) : letters.slice(0, Number(from)).join('').length
  const at = text.indexOf(part, start)
  return at < 0 ? -1n : sizeOfText(text.slice(0, at))
}

function substring(text: string, start: bigint, end: bigint): string {
  const letters = isPlain(made(text)) ? undefined : [...text]
  const length = letters?.length ?? text.length
  if (start < 0n || start > BigInt(length)) throw outside(start, length)
  if (end < start || end > BigInt(length)) throw outside(end, length)
  const [from, to] = [Number(start), Number(end)]
  return letters === undefined ? text.slice(from, to) : letters.slice(from, to).join('')
}

function outside(position: bigint, length: number): RuleError {
  return new RuleError(`position ${position} is outside a text of ${length} characters`)
}

function split(text: string, separator: string, most: bigint): string[] {
  if (most === 0n) return []
  const bound = ruleLimits.steps + 1
  const parts =
    separator === '' ? [...made(text).slice(0, bound * 2)] : searched(made(text), separator).split(separator, bound)
  spendSteps(parts.length)
  if (most < 0n || BigInt(parts.length) <= most) return parts
  const whole = Number(most) - 1
  return [...parts.slice(0, whole), parts.slice(whole).join(separator)]
}

function join(texts: readonly string[], separator: string): string {
  spendSteps(texts.length)
  let length = separator.length * Math.max(0, texts.length - 1)
  for (const text of texts) {
    if (typeof text !== 'string') throw new RuleError('join needs a list of texts')
    length += text.length
  }
  spendText(length)
  return texts.join(separator)
}

function toInt(number: bigint | undefined, given: string): bigint {
  if (number === undefined || BigInt.asIntN(64, number) !== number) throw noNumber(given)
  return number
}

function noNumber(given: string): RuleError {
  return new RuleError(`"${shortened(given)}" is no number of this type`)
}
