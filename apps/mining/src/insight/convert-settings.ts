import {
  MiningSettingsSchema,
  MiningSettings_Preset as Preset,
  type MiningSettings as SettingsMessage,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  type MiningPreset,
  type MiningSettings,
  presetOf,
  type SettingsChange,
  settingsSentences,
} from '@assay/role-mining'
import type { FieldMask } from '@bufbuild/protobuf/wkt'

/** The settings that callers may change, by their names in the proto. */
const changeable = {
  preset: 'preset',
  min_cohort_size: 'minCohortSize',
  min_entitlements: 'minEntitlements',
  min_coverage: 'minCoverage',
  expected_coverage: 'expectedCoverage',
  min_lift: 'minLift',
  max_filters: 'maxFilters',
  max_attributes: 'maxAttributes',
  max_suggestions: 'maxSuggestions',
  common_access_share: 'commonAccessShare',
  ignored_attributes: 'ignoredAttributes',
  hints: 'hints',
} as const satisfies Record<string, keyof SettingsChange>

const known = new Set(MiningSettingsSchema.fields.map(({ name }) => name))

/**
 * The settings that an update names: with a mask, its members (all for `*`); without a mask, those that have a value.
 * @throws invalid_argument naming an unknown path
 */
export function settingsChangeOf(message: SettingsMessage, mask: FieldMask | undefined): SettingsChange {
  const paths = mask?.paths ?? []
  const unknown = paths.find((path) => path !== '*' && !known.has(path))
  if (unknown !== undefined) {
    const names = Object.keys(changeable).join(', ')
    throw invalidArgument(
      'update_mask',
      `there is no setting "${unknown.slice(0, 100)}"; there are ${names}, or * for all`,
    )
  }
  const hasValue = (value: unknown) => (Array.isArray(value) ? value.length > 0 : Boolean(value))
  const isNamed = (path: string, value: unknown) =>
    // An unspecified preset changes nothing, since the other settings have their own values.
    (path !== 'preset' || value !== Preset.UNSPECIFIED) &&
    (paths.length === 0 ? hasValue(value) : paths.includes('*') || paths.includes(path))
  const named = Object.entries(changeable)
    .map(([path, member]) => [path, member, message[member]] as const)
    .filter(([path, , value]) => isNamed(path, value))
  const change = Object.fromEntries(named.map(([, member, value]) => [member, value]))
  return { ...change, ...('preset' in change && { preset: presetNamed(message.preset) }), etag: message.etag }
}

/** All settings as a message; the settings of a run have no etag. */
export function settingsMessage(settings: MiningSettings, etag = '') {
  const { ignoredAttributes, hints, ...numbers } = settings
  return {
    ...presetSettingsMessage(numbers),
    commonAccessShare: settings.commonAccessShare,
    preset: presetMessageOf(presetOf(settings)),
    ignoredAttributes: [...ignoredAttributes],
    hints: hints.map(({ attribute, priority, values }) => ({ attribute, priority, values: [...values] })),
    etag,
    sentences: settingsSentences(settings),
  }
}

const presets: Readonly<Record<MiningPreset['name'], Preset>> = {
  careful: Preset.CAREFUL,
  balanced: Preset.BALANCED,
  thorough: Preset.THOROUGH,
}

export function presetMessageOf(name: MiningPreset['name'] | undefined): Preset {
  return name === undefined ? Preset.UNSPECIFIED : presets[name]
}

/** @throws invalid_argument for an unknown number */
function presetNamed(message: Preset): string {
  const found = Object.entries(presets).find(([, preset]) => preset === message)?.[0]
  if (found === undefined)
    throw invalidArgument('preset', `must be PRESET_CAREFUL, PRESET_BALANCED or PRESET_THOROUGH, not ${message}`)
  return found
}

export function presetSettingsMessage(settings: MiningPreset['settings']) {
  const { minCohortSize, minEntitlements, minCoverage, expectedCoverage, minLift } = settings
  const { maxFilters, maxAttributes, maxSuggestions } = settings
  const kept = { minCohortSize, minEntitlements, minCoverage, expectedCoverage, minLift }
  return { ...kept, maxFilters, maxAttributes, maxSuggestions }
}
