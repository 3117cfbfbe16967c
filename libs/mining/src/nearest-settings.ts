import type { RejectionReason } from './rejections.ts'

/** The settings that reject candidates. They have the same names in the API. */
type DecidingSetting = 'minCohortSize' | 'minEntitlements' | 'maxSuggestions' | 'expectedCoverage' | 'minLift'

/**
 * The value of one setting that is nearest to the current one and lets rejected candidates pass. With this value at least one candidate
 * passes; with any value between it and the current one, none does.
 */
export interface NearestSetting {
  readonly setting: DecidingSetting
  /** A whole number, or a share or lift in steps of 0.01. */
  readonly value: number
  /** The number of candidates that pass with the value; docs/mining.md defines for each reason when a candidate passes. */
  readonly candidateCount: number
}

/** For each reason that depends on a setting and that rejected candidates which another value lets pass. */
export type NearestSettings = Readonly<Partial<Record<RejectionReason, NearestSetting>>>

/** Shares and lifts are reported in hundredths, because a person types them in. */
const stepsInOne = 100

/**
 * The nearer of two values for one reason. Each of these settings is a minimum, and a lower value lets more pass, so the larger value is
 * the nearer one. If the values are equal, the candidates are added. The order of the arguments does not matter.
 */
export function nearerSetting(
  a: NearestSetting | undefined,
  b: NearestSetting | undefined,
): NearestSetting | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.value !== b.value) return a.value > b.value ? a : b
  return { ...a, candidateCount: a.candidateCount + b.candidateCount }
}

/** Combines the nearest settings of two parts of an organisation. */
export function joinNearestSettings(a: NearestSettings, b: NearestSettings): NearestSettings {
  const joined: Partial<Record<RejectionReason, NearestSetting>> = { ...a }
  for (const [reason, nearest] of Object.entries(b) as [RejectionReason, NearestSetting][]) {
    joined[reason] = nearerSetting(a[reason], nearest) ?? nearest
  }
  return joined
}

/** The number of a step, exactly as "0.79" is parsed. */
export function valueOfStep(step: number): number {
  return step / stepsInOne
}

/**
 * The largest step whose value passes, near an estimate. `passes` is true up to some value and false above it. The function calls
 * `passes` itself, because the estimate comes from rounded numbers and may be on the wrong side.
 */
export function largestStep(estimate: number, passes: (value: number) => boolean): number {
  let step = Math.max(1, Math.floor(estimate * stepsInOne))
  while (step > 1 && !passes(valueOfStep(step))) step--
  while (passes(valueOfStep(step + 1))) step++
  return step
}
