import type { MiningSettings } from './mining-settings.ts'

type NumberSetting = {
  [Name in keyof MiningSettings]-?: NonNullable<MiningSettings[Name]> extends number ? Name : never
}[keyof MiningSettings]

/** The titles of the settings' fields in the console. Sentences have both names, because the API and the command line take the other one. */
const settingTitles: Readonly<Record<NumberSetting, string>> = {
  minCohortSize: 'Fewest people of a group',
  minEntitlements: 'Fewest entitlements of a suggestion',
  minCoverage: 'Least share of a group that holds an entitlement',
  expectedCoverage: 'Share of a group that should hold an entitlement',
  minLift: 'Times as common inside a group as outside',
  maxFilters: 'Most conditions of a group',
  maxAttributes: 'Attributes that are combined three at a time',
  maxSuggestions: 'Most suggestions of an analysis',
  commonAccessShare: 'Share of all people from which access is common',
}

const shares: ReadonlySet<NumberSetting> = new Set(['minCoverage', 'expectedCoverage', 'commonAccessShare'])

/** A setting with one or several values: `"Fewest people of a group" (minCohortSize) 4, 3`. Shares are in per cent. */
export function settingWords(name: NumberSetting, ...values: readonly number[]): string {
  return `"${settingTitles[name]}" (${name}) ${values.map((value) => settingValue(name, value)).join(', ')}`
}

/** All digits of a setting: two values that differ have different texts. The tenth removes what a product adds, such as 7.000000000000001. */
const allDigits = new Intl.NumberFormat('en', { maximumFractionDigits: 10 })

/** The value of a setting; a share is in per cent. */
export function settingValue(name: NumberSetting, value: number): string {
  return shares.has(name) ? `${allDigits.format(value * 100)} %` : allDigits.format(value)
}
