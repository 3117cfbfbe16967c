import type { Pattern } from '@assay/patterns'
import type { RuleFunction } from './rule-function.ts'
import { RuleError, ruleLimits, spendReading, spendSteps, spendText } from './rule-limits.ts'
import { shortened } from './rule-values.ts'

/** Functions on texts and lists. Positions count characters (Unicode code points) from 0. */
export const textFunctions: readonly RuleFunction[] = [
  method(
    'string',
    'contains',
    ['string'],
    'bool',
    'whether the other text is part of it',
    (text: string, part: string) => searched(text, part).includes(part),
  ),
  method('string', 'startsWith', ['string'], 'bool', 'whether it begins so', (text: string, part: string) =>
    text.startsWith(read(part)),
  ),
  method('string', 'endsWith', ['string'], 'bool', 'whether it ends so', (text: string, part: string) =>
    text.endsWith(read(part)),
  ),
  method(
    'string',
    'matches',
    ['pattern'],
    'bool',
    'whether the pattern, in quotes and in the syntax of RE2, matches anywhere in it',
    matches,
  ),
  call('matches', ['string', 'pattern'], 'bool', 'the same, with the text first', matches),
  method('string', 'ifEmpty', ['string'], 'string', 'the other text when it is empty', (text: string, other: string) =>
    text === '' ? other : text,
  ),
  method('string', 'lowerAscii', [], 'string', 'with A to Z in lower case', (text: string) =>
    made(text).replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase()),
  ),
  method('string', 'upperAscii', [], 'string', 'with a to z in upper case', (text: string) =>
    made(text).replaceAll(/[a-z]+/gu, (letters) => letters.toUpperCase()),
  ),
  method('string', 'trim', [], 'string', 'without white space at both ends', (text: string) => made(text).trim()),
  method('string', 'size', [], 'int', 'the number of characters', sizeOfText),
  method('list', 'size', [], 'int', 'the number of elements', sizeOfList),
  method('map', 'size', [], 'int', 'the number of keys', sizeOfMap),
  call('size', ['string'], 'int', 'the number of characters', sizeOfText),
  call('size', ['list'], 'int', 'the number of elements', sizeOfList),
  call('size', ['map'], 'int', 'the number of keys', sizeOfMap),
  method(
    'string',
    'indexOf',
    ['string'],
    'int',
    'where the other text begins first; -1 nowhere',
    (text: string, part: string) => indexOf(text, part, 0n),
  ),
  method('string', 'indexOf', ['string', 'int'], 'int', 'the same, from a position on', indexOf),
  method(
    'string',
    'lastIndexOf',
    ['string'],
    'int',
    'where the other text begins last; -1 nowhere',
    (text: string, part: string) => {
      const at = searched(text, part).lastIndexOf(part)
      return at < 0 ? -1n : sizeOfText(text.slice(0, at))
    },
  ),
  method('string', 'substring', ['int'], 'string', 'from a position to the end', (text: string, start: bigint) =>
    substring(text, start, sizeOfText(text)),
  ),
  method('string', 'substring', ['int', 'int'], 'string', 'from a position to before another', substring),
  method(
    'string',
    'split',
    ['string'],
    'list<string>',
    'its parts between separators',
    (text: string, separator: string) => split(text, separator, -1n),
  ),
  method('string', 'split', ['string', 'int'], 'list<string>', 'at most so many parts, the last one whole', split),
  method('list<string>', 'join', [], 'string', 'all texts in one', (texts: string[]) => join(texts, '')),
  method('list<string>', 'join', ['string'], 'string', 'all texts in one, with a separator between', join),
  call('string', ['string'], 'string', 'the same text', same),
  call('string', ['bool'], 'string', '"true" or "false"', String),
  call('string', ['int'], 'string', 'the number as text', String),
  call('string', ['double'], 'string', 'the number as text', String),
  call('bool', ['bool'], 'bool', 'the same value', same),
  call('bool', ['string'], 'bool', 'the text "true" or "false" as a boolean', (text: string) => {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new RuleError(`"${shortened(text)}" is neither true nor false`)
  }),
  call('int', ['int'], 'int', 'the same number', same),
  call('int', ['double'], 'int', 'the number without its fraction', (number: number) =>
    toInt(Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined, String(number)),
  ),
  call('int', ['string'], 'int', 'the text as a whole number', (text: string) =>
    toInt(/^[+-]?\d{1,19}$/u.test(text) ? BigInt(text.replace(/^\+/u, '')) : undefined, text),
  ),
  call('double', ['double'], 'double', 'the same number', same),
  call('double', ['int'], 'double', 'the number as one with a fraction', Number),
  call('double', ['string'], 'double', 'the text as a number', (text: string) => {
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text)) throw noNumber(text)
    return Number(text)
  }),
  call('dyn', ['dyn'], 'dyn', 'the same value, whose type is looked at when it is used', same),
]

function method(
  receiver: string,
  name: string,
  params: readonly string[],
  returns: string,
  about: string,
  // biome-ignore lint/suspicious/noExplicitAny: the environment checks the types of a call before it makes it
  handler: (...given: any[]) => unknown,
): RuleFunction {
  return { receiver, name, params, returns, about, handler }
}

function call(
  name: string,
  params: readonly string[],
  returns: string,
  about: string,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  handler: (...given: any[]) => unknown,
): RuleFunction {
  return { name, params, returns, about, handler }
}

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

/** A text in which another one is looked for: the engine may compare all of that one at each position. */
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

/** Without characters that take two places in a JavaScript string. */
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
