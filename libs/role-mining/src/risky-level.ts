const harmlessLevels: ReadonlySet<string> = new Set(['', 'low', 'medium'])

/** High, critical, and every word that is no level: what nobody knows counts as the highest. */
export function isRisky(riskLevel: string): boolean {
  return !harmlessLevels.has(riskLevel.trim().toLowerCase())
}
