/**
 * What one rule may use for one person. All of it is counted and none of it timed, so that membership is the same on
 * every machine. A rule that is joined by `&&` shares it evenly among those parts that loop or make text.
 */
export const ruleLimits = {
  /** A step is one part of the expression that is evaluated, one element that a loop visits, or 64 characters read or made. */
  steps: 100_000,
  /** Characters of one text. */
  textLength: 1_048_576,
  /** Characters of all texts that are made. */
  madeText: 4_194_304,
  /** Different patterns. */
  patterns: 200,
  /** Instructions of all compiled patterns of a rule. */
  patternSize: 10_000,
  /** Characters of an expression. */
  expressionLength: 200_000,
  /** Operators and brackets within each other; `a || b || c` counts as 3. */
  depth: 1_000,
} as const

/** An error that repeats for the same person and rule: it excludes the person, and is counted. */
export class RuleError extends Error {
  override readonly name: string = 'RuleError'
}

/** A key of `profile` that the person does not have: it excludes the person, and is counted apart. */
export class MissingKey extends RuleError {
  override readonly name = 'MissingKey'
}

const stepsUsed = new RuleError(`the rule takes more than ${ruleLimits.steps} steps`)
const textUsed = new RuleError(`the rule makes more than ${ruleLimits.madeText} characters of text`)
const textTooLong = new RuleError(`the rule makes a text of more than ${ruleLimits.textLength} characters`)

let steps = 0
let text = 0
let exceeded: RuleError | undefined

/** Begins to count for one person, with a share of the limits from 0 to 1. */
export function beginCounting(share: number): void {
  steps = Math.floor(ruleLimits.steps * share)
  text = Math.floor(ruleLimits.madeText * share)
  exceeded = undefined
}

/** The limit that was exceeded since `beginCounting`. It stands even where `||` absorbed its error. */
export function exceededLimit(): RuleError | undefined {
  return exceeded
}

/** @throws RuleError when the steps are used up */
export function spendSteps(count: number): void {
  steps -= count
  if (steps < 0) throw exceed(stepsUsed)
}

/** For reading a text of so many characters. */
export function spendReading(length: number): void {
  if (length >= 64) spendSteps(length >>> 6)
}

/** To be called before a text of so many characters is made. @throws RuleError when it is too long, or one too many */
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
