const harmlessLevels: ReadonlySet<string> = new Set(['', 'low', 'medium'])

/** True for high, critical, and every word that is not a known level: an unknown level counts as the highest. */
export function isRisky(riskLevel: string): boolean {
  return !harmlessLevels.has(riskLevel.trim().toLowerCase())
}
