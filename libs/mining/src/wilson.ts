/** The 97.5 % point of the normal distribution: two-sided 95 % intervals. */
const z = 1.959963984540054

/** Lower end of the 95 % Wilson score interval of `successes` out of `trials`; 0 without trials. */
export function wilsonLower(successes: number, trials: number): number {
  if (trials === 0) return 0
  return Math.max(0, centre(successes, trials) - halfWidth(successes, trials))
}

/** Upper end of the 95 % Wilson score interval of `successes` out of `trials`; 1 without trials. */
export function wilsonUpper(successes: number, trials: number): number {
  if (trials === 0) return 1
  return Math.min(1, centre(successes, trials) + halfWidth(successes, trials))
}

function centre(successes: number, trials: number): number {
  return (successes + (z * z) / 2) / (trials + z * z)
}

function halfWidth(successes: number, trials: number): number {
  const variance = (successes * (trials - successes)) / trials + (z * z) / 4
  return (z * Math.sqrt(variance)) / (trials + z * z)
}

/** The probability of at least `successes` out of `trials` when each trial succeeds with probability `rate` (0 < rate < 1). */
export function binomialTail(successes: number, trials: number, rate: number): number {
  if (successes <= 0) return 1
  if (successes > trials) return 0
  // Below the mean the first terms may be too small for a number, so the terms of the other end are added up.
  if (successes <= trials * rate) return 1 - binomialTail(trials - successes + 1, trials, 1 - rate)
  // The first term comes from logarithms, the rest from the ratio of neighbouring terms; terms decrease quickly beyond the mean.
  let logTerm = successes * Math.log(rate) + (trials - successes) * Math.log1p(-rate)
  for (let i = 1; i <= successes; i++) logTerm += Math.log((trials - successes + i) / i)
  let term = Math.exp(logTerm)
  let sum = term
  for (let k = successes; k < trials; k++) {
    term *= ((trials - k) / (k + 1)) * (rate / (1 - rate))
    sum += term
    if (term < sum * 1e-12) break
  }
  return Math.min(1, sum)
}
