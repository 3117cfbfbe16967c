import type { RejectionReason } from './rejections.ts'

/** The settings that decide what is turned down, by the names that they have in the API as well. */
type DecidingSetting = 'minCohortSize' | 'minEntitlements' | 'maxSuggestions' | 'expectedCoverage' | 'minLift'

/**
 * The value of one setting, nearest to the one in force, with which candidates pass that its rule turned down: with
 * this value one does, with any value between this one and the one in force none does.
 */
export interface NearestSetting {
  readonly setting: DecidingSetting
  /** Whole numbers; shares and lifts in steps of 0.01. */
  readonly value: number
  /** Candidates that pass with it; for each reason docs/mining.md says what passing is. */
  readonly candidateCount: number
}

/** For each reason that a setting governs and that turned down what another value lets pass. */
export type NearestSettings = Readonly<Partial<Record<RejectionReason, NearestSetting>>>

/** Shares and lifts are told in hundredths: a person is to type them. */
const stepsInOne = 100

/**
 * The nearer of two values for one reason. Each of these settings is a least value, lowered to let something pass, so
 * the larger is the nearer; of equals the candidates add up. In any order the same answer.
 */
export function nearerSetting(
  a: NearestSetting | undefined,
  b: NearestSetting | undefined,
): NearestSetting | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.value !== b.value) return a.value > b.value ? a : b
  return { ...a, candidateCount: a.candidateCount + b.candidateCount }
}

/** The nearest settings of two parts of an organisation together. */
export function joinNearestSettings(a: NearestSettings, b: NearestSettings): NearestSettings {
  const joined: Partial<Record<RejectionReason, NearestSetting>> = { ...a }
  for (const [reason, nearest] of Object.entries(b) as [RejectionReason, NearestSetting][]) {
    joined[reason] = nearerSetting(a[reason], nearest) ?? nearest
  }
  return joined
}

/** The number that a step stands for: the very number that "0.79" is read as. */
export function valueOfStep(step: number): number {
  return step / stepsInOne
}

/**
 * The largest step whose value passes, given where it must lie about. `passes` holds up to some value and not beyond;
 * it is asked itself, because a product of rounded numbers may fall to the other side of what it stands for.
 */
export function largestStep(estimate: number, passes: (value: number) => boolean): number {
  let step = Math.max(1, Math.floor(estimate * stepsInOne))
  while (step > 1 && !passes(valueOfStep(step))) step--
  while (passes(valueOfStep(step + 1))) step++
  return step
}
