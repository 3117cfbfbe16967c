import {
  type MiningSettings,
  MiningSettingsSchema,
  MiningSettingsService,
  MiningSettings_Preset as Preset,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { create, toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

/** The settings of the command line, by name. Hints are too long for it; the API takes them. */
const numbers = {
  minCohortSize: 'min_cohort_size',
  minEntitlements: 'min_entitlements',
  minCoverage: 'min_coverage',
  expectedCoverage: 'expected_coverage',
  minLift: 'min_lift',
  maxFilters: 'max_filters',
  maxAttributes: 'max_attributes',
  maxSuggestions: 'max_suggestions',
  commonAccessShare: 'common_access_share',
} as const

const presets: Readonly<Record<string, Preset>> = {
  careful: Preset.CAREFUL,
  balanced: Preset.BALANCED,
  thorough: Preset.THOROUGH,
}
const presetName = (preset: Preset) => Object.keys(presets).find((name) => presets[name] === preset) ?? ''

const ranges: Readonly<Record<keyof typeof numbers, string>> = {
  minCohortSize: 'a whole number from 2 to 100000',
  minEntitlements: 'a whole number from 1 to 1000',
  minCoverage: 'more than 0.5 and at most 1',
  expectedCoverage: 'more than 0 and at most 1',
  minLift: 'from 1 to 1000',
  maxFilters: 'a whole number from 1 to 4',
  maxAttributes: 'a whole number from 1 to 16',
  maxSuggestions: 'a whole number from 1 to 1000',
  commonAccessShare: 'more than 0 and at most 1',
}

/** `assay settings`: shows the settings of the analysis, or changes the named ones. */
export function settingsCommand(print: (line: string) => void): Command {
  return new Command('settings')
    .description('show the settings of the analysis, or change them: NAME=VALUE, NAME=default')
    .argument('[changes...]', `${Object.keys(numbers).join(', ')}, ignoredAttributes=a,b`)
    .addOption(
      new Option('--preset <name>', 'take the settings of careful, balanced or thorough first').choices(
        Object.keys(presets),
      ),
    )
    .option('--presets', 'show the presets')
    .option('--json', 'print them as JSON, with the names of the API')
    .action(async (changes: readonly string[], options: { preset?: string; presets?: boolean; json?: boolean }) => {
      const client = createClient(MiningSettingsService, (await connectToPlatform(readSettings())).transport)
      if (options.presets) {
        const listed = await client.listMiningPresets({})
        for (const { preset, description } of listed.presets) print(`${presetName(preset)}: ${description}`)
        return
      }
      const change = changeOf(changes, options.preset)
      const settings =
        change.updateMask.paths.length === 0
          ? await client.getMiningSettings({})
          : await client.updateMiningSettings(change)
      for (const line of options.json ? [jsonOf(settings)] : describe(settings)) print(line)
    })
}

function changeOf(changes: readonly string[], preset: string | undefined) {
  const settings = create(MiningSettingsSchema)
  const paths: string[] = []
  if (preset !== undefined) {
    settings.preset = presets[preset] ?? Preset.UNSPECIFIED
    paths.push('preset')
  }
  for (const change of changes) {
    const [name = '', ...rest] = change.split('=')
    const text = rest.join('=')
    if (name === 'ignoredAttributes') {
      settings.ignoredAttributes = text === 'default' || text === '' ? [] : text.split(',')
      paths.push('ignored_attributes')
    } else if (name in numbers && text !== '') {
      const key = name as keyof typeof numbers
      const value = text === 'default' ? 0 : Number(text)
      // In the API, 0 means the default; a user who types 0 does not mean that.
      if (Number.isNaN(value) || (value === 0 && text !== 'default'))
        throw new Error(`${name} is ${ranges[key]}, or "default"; not "${text}"`)
      settings[key] = value
      paths.push(numbers[key])
    } else
      throw new Error(`"${change}" is not a setting; give NAME=VALUE with one of ${Object.keys(numbers).join(', ')}`)
  }
  return { settings, updateMask: { paths } }
}

function describe(settings: MiningSettings): string[] {
  const named = Object.keys(numbers).map((name) => `${name}=${settings[name as keyof typeof numbers]}`)
  return [
    settings.preset === Preset.UNSPECIFIED
      ? 'Settings of your own:'
      : `Settings of the preset ${presetName(settings.preset)}:`,
    ...settings.sentences.map((sentence) => `  ${sentence}`),
    `  ${named.join(' ')}`,
  ]
}

function jsonOf(settings: MiningSettings): string {
  return JSON.stringify(toJson(MiningSettingsSchema, settings, { alwaysEmitImplicit: true }), undefined, 2)
}
