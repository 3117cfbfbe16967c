import { Duration } from '@marcbachmann/cel-js/evaluator'
import { RuleError, spendReading, spendSteps } from './rule-limits.ts'
import { Subject, UserStatus, UserType } from './subject.ts'

/** RFC 8259, section 6. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u

/**
 * Whether two values of a rule are equal, when the type of at least one of them is known only at the evaluation, as for values of
 * `profile`. A text that is compared with a number or a boolean is read as JSON.
 * @throws RuleError when the values cannot be compared
 */
export function areEqual(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length === right.length) spendReading(left.length)
    return left === right
  }
  if (left === right) return true
  if (typeof left === 'string') {
    if (isNumber(right)) return sameNumber(numberIn(left), right)
    if (typeof right === 'boolean') return booleanIn(left) === right
  }
  if (typeof right === 'string' && (isNumber(left) || typeof left === 'boolean')) return areEqual(right, left)
  if (isNumber(left) && isNumber(right)) return sameNumber(left, right)
  // A value is never null, unless the data have it.
  if (left === null || right === null) return false
  if (typeof left === 'boolean' && typeof right === 'boolean') return false
  if (Array.isArray(left) && Array.isArray(right)) return sameElements(left, right)
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime()
  if (left instanceof Duration && right instanceof Duration) return left.valueOf() === right.valueOf()
  if (left instanceof Subject && right instanceof Subject) return left.id === right.id
  if (left instanceof UserStatus && right instanceof UserStatus) return false
  if (left instanceof UserType && right instanceof UserType) return false
  const [one, other] = [entriesOf(left), entriesOf(right)]
  if (one !== undefined && other !== undefined) return sameEntries(one, other)
  throw new RuleError(`${nameOf(left)} cannot be compared with ${nameOf(right)}`)
}

/**
 * Negative when `left` comes before `right`, positive when after, NaN when neither (not a number).
 * @throws RuleError when the values have no order
 */
export function compareValues(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    spendReading(Math.min(left.length, right.length))
    return order(left, right)
  }
  if (typeof left === 'string' && isNumber(right)) return order(numberIn(left), right)
  if (isNumber(left) && typeof right === 'string') return order(left, numberIn(right))
  if (isNumber(left) && isNumber(right)) return order(left, right)
  if (typeof left === 'boolean' && typeof right === 'boolean') return order(Number(left), Number(right))
  if (left instanceof Date && right instanceof Date) return order(left.getTime(), right.getTime())
  if (left instanceof Duration && right instanceof Duration) return order(left.valueOf(), right.valueOf())
  throw new RuleError(`${nameOf(left)} cannot be compared with ${nameOf(right)}`)
}

/** The operator `in`. An element that cannot be compared is an error only if no other element is equal. */
export function isIn(value: unknown, collection: unknown): boolean {
  if (Array.isArray(collection)) {
    spendSteps(collection.length)
    let failure: unknown
    for (const element of collection) {
      try {
        if (areEqual(value, element)) return true
      } catch (error) {
        failure ??= error
      }
    }
    if (failure !== undefined) throw failure
    return false
  }
  const entries = entriesOf(collection)
  if (entries === undefined) throw new RuleError(`"in" needs a list or a map, not ${nameOf(collection)}`)
  return typeof value === 'string' && entries.has(value)
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** Exact for whole numbers of any size and doubles. */
function sameNumber(left: number | bigint, right: number | bigint): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: between bigint and number only the loose form compares values
  return left == right
}

function order<T extends string | number | bigint>(left: T, right: T | number | bigint): number {
  return left < right ? -1 : left > right ? 1 : sameOrNaN(left, right)
}

function sameOrNaN(left: unknown, right: unknown): number {
  return Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 0
}

function numberIn(text: string): number | bigint {
  if (!jsonNumber.test(text)) throw new RuleError(`"${shortened(text)}" is no number`)
  // Exact for more digits than any id has; reading a bigint of a million digits takes more than linear time.
  return /^-?\d{1,40}$/u.test(text) ? BigInt(text) : Number(text)
}

/** @throws RuleError for a text other than `true` and `false` */
export function booleanIn(text: string): boolean {
  if (text === 'true') return true
  if (text === 'false') return false
  throw new RuleError(`"${shortened(text)}" is neither true nor false`)
}

function sameElements(left: readonly unknown[], right: readonly unknown[]): boolean {
  spendSteps(Math.min(left.length, right.length))
  return left.length === right.length && left.every((element, index) => areEqual(element, right[index]))
}

function sameEntries(left: ReadonlyMap<string, unknown>, right: ReadonlyMap<string, unknown>): boolean {
  spendSteps(Math.min(left.size, right.size))
  if (left.size !== right.size) return false
  for (const [key, value] of left) if (!right.has(key) || !areEqual(value, right.get(key))) return false
  return true
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (value instanceof Map) return value
  if (typeof value !== 'object' || value === null) return undefined
  return value.constructor === Object || value.constructor === undefined ? new Map(Object.entries(value)) : undefined
}

/** The kind of a value, for messages. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'a text'
  if (isNumber(value)) return 'a number'
  if (typeof value === 'boolean') return 'a boolean'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a time'
  if (value instanceof Duration) return 'a duration'
  if (value instanceof Subject) return 'a user'
  return value instanceof UserStatus || value instanceof UserType ? 'a constant' : 'a map'
}

/** A text for a message, shortened. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text
}
