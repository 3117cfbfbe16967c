import type { MiningSettings } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { MiningSettings_Preset as Preset } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { formatCount, formatPercent } from '../../kit/figures.ts'

/** The settings that are numbers, with the limits of their fields; shares are entered in per cent. */
export const numbers = {
  minCohortSize: {
    path: 'min_cohort_size',
    title: 'Fewest people of a group',
    least: 2,
    most: 100_000,
    isShare: false,
  },
  minEntitlements: {
    path: 'min_entitlements',
    title: 'Fewest entitlements of a candidate',
    least: 1,
    most: 1_000,
    isShare: false,
  },
  minCoverage: {
    path: 'min_coverage',
    title: 'Least share of a group that holds an entitlement',
    least: 51,
    most: 100,
    isShare: true,
  },
  expectedCoverage: {
    path: 'expected_coverage',
    title: 'What the true share may be at best',
    least: 1,
    most: 100,
    isShare: true,
  },
  minLift: {
    path: 'min_lift',
    title: 'How many times as usual it is held inside',
    least: 1,
    most: 1_000,
    isShare: false,
  },
  maxFilters: { path: 'max_filters', title: 'Most conditions of a group', least: 1, most: 4, isShare: false },
  maxAttributes: {
    path: 'max_attributes',
    title: 'Attributes that are combined three at a time',
    least: 1,
    most: 16,
    isShare: false,
  },
  maxSuggestions: {
    path: 'max_suggestions',
    title: 'Most candidates of an analysis',
    least: 1,
    most: 1_000,
    isShare: false,
  },
  commonAccessShare: {
    path: 'common_access_share',
    title: 'Share of everybody from which access is common',
    least: 1,
    most: 100,
    isShare: true,
  },
} as const
export type NumberName = keyof typeof numbers
export const numberNames = Object.keys(numbers) as readonly NumberName[]
/** The settings that a preset sets. */
export const presetNumbers = numberNames.filter((name) => name !== 'maxSuggestions' && name !== 'commonAccessShare')

export const texts = {
  title: 'Analysis',
  looking: 'Looking at the settings.',
  presets: 'How careful it is',
  presetNames: {
    [Preset.UNSPECIFIED]: '',
    [Preset.CAREFUL]: 'Careful',
    [Preset.BALANCED]: 'Balanced',
    [Preset.THOROUGH]: 'Thorough',
  },
  own: 'Settings of your own: no preset has all of them.',
  inForce: (name: string) => `In force: ${name}.`,
  takeNamed: (name: string) => `Use ${name}`,
  isUsed: 'In force',
  changes: 'What each changes',
  setting: 'Setting',
  present: 'Now',
  effect: 'What the settings mean',
  each: 'Each setting',
  ignored: 'Attributes that form no groups, separated by commas',
  hints: (count: number) => `${formatCount(count)} attributes are favoured; they stay as they are.`,
  save: 'Save',
  saved: 'The settings are saved. The next analysis is made with them.',
  back: 'The former settings are back.',
  changed: 'Somebody else changed the settings meanwhile. Read theirs; what you typed stays.',
  readTheirs: 'Read theirs',
  analyse: 'Analyse now',
  analyseMeans: 'What was found stays until the next analysis, and decisions stay in any case.',
  started: 'The analysis goes on; Start shows how far it is.',
  mayNot: 'Your role reads; it changes no settings.',
} as const

/** A setting as people read it. */
export function settingText(settings: MiningSettings | undefined, name: NumberName): string {
  const value = settings?.[name] ?? 0
  return numbers[name].isShare ? formatPercent(value) : formatCount(value)
}

/** The label of the field of a setting; shares are entered in per cent. */
export function fieldTitle(name: NumberName): string {
  const { title, isShare } = numbers[name]
  return isShare ? `${title} (%)` : title
}
