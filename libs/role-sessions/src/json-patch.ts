import { invalidArgument } from '@assay/errors'
import { applyPatch } from 'rfc6902'

/** One operation of a caller (RFC 6902). */
export interface PatchOperation {
  readonly op: string
  /** A JSON Pointer (RFC 6901). */
  readonly path: string
  /** Absent for an operation without a value. */
  readonly value?: unknown
}

/** The operations that are allowed for one member of a resource. */
export interface PatchRule {
  readonly operations: readonly ('add' | 'remove' | 'replace')[]
  /** The value after `remove`. */
  readonly removed?: unknown
  /** Converts a value of the caller to the value to store. Throws `ExpectedValue`, whose message says what is expected. */
  readonly read: (value: unknown) => unknown
}

export type PatchRules<Document> = { readonly [Path in keyof Document & string as `/${Path}`]?: PatchRule }

const mostOperations = 100

/**
 * Applies all operations in order, or none. The members that rules name always exist, so that `replace` works after `remove`,
 * as in SailPoint's examples.
 * @throws invalid_argument that names the wrong operation: `[2].path`
 */
export function patched<Document extends object>(
  document: Document,
  operations: readonly PatchOperation[],
  rules: PatchRules<Document>,
): Document {
  if (operations.length === 0 || operations.length > mostOperations) {
    throw invalidArgument('body', `must be an array of 1 to ${mostOperations} operations, it has ${operations.length}`)
  }
  const checked = operations.map((operation, index) => checkedOperation(operation, index, rules))
  const result = { ...document }
  const faults = applyPatch(result, checked)
  const at = faults.findIndex((fault) => fault !== null)
  if (at !== -1) throw invalidArgument(`[${at}]`, `cannot be applied: ${faults[at]?.message}`)
  return result
}

function checkedOperation(
  { op, path, value }: PatchOperation,
  index: number,
  rules: Readonly<Record<string, PatchRule | undefined>>,
) {
  const rule = Object.hasOwn(rules, path) ? rules[path] : undefined
  if (rule === undefined) {
    const known = Object.keys(rules).join(', ')
    throw invalidArgument(`[${index}].path`, `${JSON.stringify(path)} cannot be changed; these can: ${known}`)
  }
  const operation = rule.operations.find((known) => known === op)
  if (operation === undefined) {
    const known = rule.operations.join(', ')
    throw invalidArgument(`[${index}].op`, `${JSON.stringify(op)} is not supported for ${path}; supported: ${known}`)
  }
  if (operation === 'remove') return { op: 'replace' as const, path, value: rule.removed }
  if (value === undefined) throw invalidArgument(`[${index}].value`, `is missing; "${op}" needs a value`)
  return { op: operation, path, value: readValue(rule, value, index) }
}

function readValue(rule: PatchRule, value: unknown, index: number): unknown {
  try {
    return rule.read(value)
  } catch (error) {
    if (error instanceof ExpectedValue) {
      throw invalidArgument(`[${index}].value`, `must be ${error.message}, it is ${JSON.stringify(value)}`)
    }
    throw error
  }
}

/** Thrown when a value is wrong; the message says what is expected. */
class ExpectedValue extends Error {}

/** A boolean, also as text, as SailPoint's examples write it. */
export function booleanValue(value: unknown): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw new ExpectedValue('true or false')
}

/** A whole number from `least` to `most`, also as text. */
export function integerValue(least: number, most: number): (value: unknown) => number {
  return (value) => {
    const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value.trim()) ? Number(value) : value
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number
    throw new ExpectedValue(`a whole number from ${least} to ${most}`)
  }
}

/** Text of 1 to `most` characters that is not blank. */
export function textValue(most: number): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= most && !value.includes('\0')) return value
    throw new ExpectedValue(`a text of 1 to ${most} characters, without U+0000`)
  }
}

/** Accepts null in addition to the values that `read` accepts. */
export function orNull<T>(read: (value: unknown) => T): (value: unknown) => T | null {
  return (value) => (value === null ? null : read(value))
}
