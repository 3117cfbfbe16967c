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
    title: 'Fewest entitlements of a suggestion',
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
    title: 'Share of a group that should hold an entitlement',
    least: 1,
    most: 100,
    isShare: true,
  },
  minLift: {
    path: 'min_lift',
    title: 'Times as common inside a group as outside',
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
    title: 'Most suggestions of an analysis',
    least: 1,
    most: 1_000,
    isShare: false,
  },
  commonAccessShare: {
    path: 'common_access_share',
    title: 'Share of all people from which access is common',
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
  presets: 'How careful the analysis is',
  presetNames: {
    [Preset.UNSPECIFIED]: '',
    [Preset.CAREFUL]: 'Careful',
    [Preset.BALANCED]: 'Balanced',
    [Preset.THOROUGH]: 'Thorough',
  },
  own: 'The settings differ from every preset.',
  inForce: (name: string) => `In force: ${name}.`,
  takeNamed: (name: string) => `Use ${name}`,
  isUsed: 'In force',
  changes: 'What each preset changes',
  setting: 'Setting',
  present: 'Now',
  effect: 'What the settings mean',
  each: 'Each setting',
  ignored: 'Attributes that form no groups, separated by commas',
  hints: (count: number) =>
    count === 1
      ? 'One attribute is preferred. This page does not change that.'
      : `${formatCount(count)} attributes are preferred. This page does not change that.`,
  save: 'Save',
  saved: 'The settings are saved. The next analysis uses them.',
  back: 'The earlier settings are back.',
  changed: 'Another user has changed the settings. Load the new settings; what you typed stays.',
  readTheirs: 'Load the new settings',
  analyse: 'Analyse now',
  analyseMeans: 'Present suggestions stay until the new analysis ends. Decisions always stay.',
  started: 'The analysis has started. Start shows its progress.',
  mayNot: 'You may read these settings, but not change them: this needs the right to mine, for all people.',
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
