/**
 * The limits of one rule for one person. They are counted and not timed, so that membership is the same on every machine. A rule that is
 * joined by `&&` shares them evenly among those parts that have loops or make text.
 */
export const ruleLimits = {
  /** A step is one part of the expression that is evaluated, one element that a loop visits, or 64 characters that are read or made. */
  steps: 100_000,
  /** Characters of one text. */
  textLength: 1_048_576,
  /** Characters of all texts that the rule makes. */
  madeText: 4_194_304,
  /** Different patterns of a rule. */
  patterns: 200,
  /** Instructions of all compiled patterns of a rule. */
  patternSize: 10_000,
  /** Characters of an expression. */
  expressionLength: 200_000,
  /** Nested operators and brackets; `a || b || c` counts as 3. */
  depth: 1_000,
} as const

/** A repeatable error for the same person and rule: it excludes the person, and is counted. */
export class RuleError extends Error {
  override readonly name: string = 'RuleError'
}

/** A key of `profile` that the person does not have: it excludes the person, and is counted separately. */
export class MissingKey extends RuleError {
  override readonly name = 'MissingKey'
}

const stepsUsed = new RuleError(`the rule takes more than ${ruleLimits.steps} steps`)
const textUsed = new RuleError(`the rule makes more than ${ruleLimits.madeText} characters of text`)
const textTooLong = new RuleError(`the rule makes a text of more than ${ruleLimits.textLength} characters`)

let steps = 0
let text = 0
let exceeded: RuleError | undefined

/** Starts to count for one person, with a share of the limits from 0 to 1. */
export function beginCounting(share: number): void {
  steps = Math.floor(ruleLimits.steps * share)
  text = Math.floor(ruleLimits.madeText * share)
  exceeded = undefined
}

/** The limit that was exceeded since `beginCounting`. It is kept even if `||` absorbed its error. */
export function exceededLimit(): RuleError | undefined {
  return exceeded
}

/** @throws RuleError when the steps are used up */
export function spendSteps(count: number): void {
  steps -= count
  if (steps < 0) throw exceed(stepsUsed)
}

/** Counts reading a text of this length. */
export function spendReading(length: number): void {
  if (length >= 64) spendSteps(length >>> 6)
}

/** Call it before a text of this length is made. @throws RuleError when the text is too long, or all texts together */
export function spendText(length: number): void {
  if (length > ruleLimits.textLength) throw exceed(textTooLong)
  text -= length
  if (text < 0) throw exceed(textUsed)
  spendReading(length)
}

function exceed(error: RuleError): RuleError {
  exceeded ??= error
  return error
}
