import { DomainError, invalidArgument, listed } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { type CohortMiningSettings, resolveSettings } from '@assay/mining'
import { asJson, type TenantSql } from '@assay/store'
import { type CohortHint, checkHints, checkNumber, defaultConfig, limits } from './config.ts'

/** All settings of an analysis. Shares are from 0 to 1. */
export interface MiningSettings
  extends Pick<
    CohortMiningSettings,
    | 'minCohortSize'
    | 'minEntitlements'
    | 'minCoverage'
    | 'expectedCoverage'
    | 'minLift'
    | 'maxFilters'
    | 'maxAttributes'
    | 'maxSuggestions'
    | 'commonAccessShare'
    | 'ignoredAttributes'
  > {
  readonly hints: readonly CohortHint[]
}

interface StoredSettings {
  readonly settings: MiningSettings
  /** Differs after every change. */
  readonly etag: string
}

const { minEntitlements, minCoverage, expectedCoverage, minLift, maxFilters, maxAttributes, commonAccessShare } =
  resolveSettings()

export const defaultMiningSettings: MiningSettings = {
  minCohortSize: defaultConfig.minCohortSize,
  maxSuggestions: defaultConfig.maxSuggestions,
  minEntitlements,
  minCoverage,
  expectedCoverage,
  minLift,
  maxFilters,
  maxAttributes,
  commonAccessShare,
  ignoredAttributes: [],
  hints: [],
}

/** Whole numbers with their ranges. */
const wholeNumbers = {
  minCohortSize: ['min_cohort_size', limits.minCohortSize],
  minEntitlements: ['min_entitlements', [1, 1000]],
  maxFilters: ['max_filters', [1, 4]],
  // In the worst case the work grows with the fourth power of it.
  maxAttributes: ['max_attributes', [1, 16]],
  maxSuggestions: ['max_suggestions', limits.maxSuggestions],
} as const

/** Shares and a factor, each with its least and its greatest value; some have to be more than the least value. */
const fractions = {
  minCoverage: ['min_coverage', 0.5, 1, 'more than'],
  expectedCoverage: ['expected_coverage', 0, 1, 'more than'],
  minLift: ['min_lift', 1, 1000, 'at least'],
  commonAccessShare: ['common_access_share', 0, 1, 'more than'],
} as const

const mostIgnored = 1000

interface SettingsRow {
  min_cohort_size: number
  max_suggestions: number
  cohort_hints: CohortHint[]
  min_entitlements: number | null
  min_coverage: number | null
  expected_coverage: number | null
  min_lift: number | null
  max_filters: number | null
  max_attributes: number | null
  common_access_share: number | null
  ignored_attributes: string[] | null
  revision: number
}

/** The settings in force: the tenant's own, and defaults where it has none. */
export async function getMiningSettings(sql: TenantSql, lock = false): Promise<StoredSettings> {
  const [row] = await sql<SettingsRow[]>`
    select min_cohort_size, max_suggestions, cohort_hints, min_entitlements, min_coverage, expected_coverage, min_lift,
      max_filters, max_attributes, common_access_share, ignored_attributes, revision
    from role_mining_configs ${lock ? sql`for update` : sql``}`
  if (row === undefined) return { settings: defaultMiningSettings, etag: '0' }
  const settings: MiningSettings = {
    minCohortSize: row.min_cohort_size,
    maxSuggestions: row.max_suggestions,
    hints: row.cohort_hints,
    minEntitlements: row.min_entitlements ?? minEntitlements,
    minCoverage: row.min_coverage ?? minCoverage,
    expectedCoverage: row.expected_coverage ?? expectedCoverage,
    minLift: row.min_lift ?? minLift,
    maxFilters: row.max_filters ?? maxFilters,
    maxAttributes: row.max_attributes ?? maxAttributes,
    commonAccessShare: row.common_access_share ?? commonAccessShare,
    ignoredAttributes: row.ignored_attributes ?? [],
  }
  return { settings, etag: String(row.revision) }
}

export interface SettingsChange extends Partial<MiningSettings> {
  /** The values of this preset are applied before the other members. */
  readonly preset?: string | undefined
  /** Empty to change the settings whatever their present etag is. */
  readonly etag?: string
}

/**
 * Changes some settings; 0 stands for the default of a number.
 * @param knownAttributes the attributes that hints and ignored attributes may name
 * @throws invalid_argument with the name of the setting and its range; aborted (`ETAG_MISMATCH`) when they were changed since
 */
export async function updateMiningSettings(
  sql: TenantSql,
  tenantId: number,
  { preset, etag = '', ...change }: SettingsChange,
  knownAttributes: readonly string[],
): Promise<StoredSettings> {
  const { minCohortSize: size, maxSuggestions: most, hints: none } = defaultMiningSettings
  await sql`
    insert into role_mining_configs (tenant_id, min_cohort_size, max_suggestions, cohort_hints, revision)
    values (${tenantId}, ${size}, ${most}, ${asJson(sql, none)}, 0) on conflict do nothing`
  const before = await getMiningSettings(sql, true)
  if (etag !== '' && etag !== before.etag) {
    throw new DomainError('aborted', 'the settings were changed since they were read; read them again', {
      reason: 'ETAG_MISMATCH',
    })
  }
  const wanted = { ...before.settings, ...(preset !== undefined && presetNamed(preset).settings), ...change }
  const settings = checkSettings(wanted, knownAttributes, before.settings)
  await sql`
    update role_mining_configs set min_cohort_size = ${settings.minCohortSize}, max_suggestions = ${settings.maxSuggestions},
      cohort_hints = ${asJson(sql, settings.hints)}, min_entitlements = ${settings.minEntitlements},
      min_coverage = ${settings.minCoverage}, expected_coverage = ${settings.expectedCoverage},
      min_lift = ${settings.minLift}, max_filters = ${settings.maxFilters}, max_attributes = ${settings.maxAttributes},
      common_access_share = ${settings.commonAccessShare}, ignored_attributes = ${[...settings.ignoredAttributes]},
      revision = revision + 1, updated_at = now()`
  const after = await getMiningSettings(sql)
  const changed = (Object.keys(settings) as (keyof MiningSettings)[]).filter(
    (name) => JSON.stringify(settings[name]) !== JSON.stringify(before.settings[name]),
  )
  if (changed.length > 0) {
    await recordEntry(sql, {
      kind: 'settings.update',
      subject: { type: 'settings', id: 'mining' },
      before: picked(before.settings, changed),
      after: picked(settings, changed),
      version: after.etag,
    })
  }
  return after
}

function picked(settings: MiningSettings, names: readonly (keyof MiningSettings)[]) {
  return Object.fromEntries(names.map((name) => [name, settings[name]]))
}

function checkSettings(
  wanted: MiningSettings,
  knownAttributes: readonly string[],
  before: MiningSettings,
): MiningSettings {
  const checked: Record<string, number> = {}
  for (const [name, [field, range]] of Object.entries(wholeNumbers)) {
    const key = name as keyof typeof wholeNumbers
    checked[key] = checkNumber(field, wanted[key] || defaultMiningSettings[key], range)
  }
  for (const [name, [field, least, most, how]] of Object.entries(fractions)) {
    const key = name as keyof typeof fractions
    const value = wanted[key] || defaultMiningSettings[key]
    const isAbove = how === 'more than' ? value > least : value >= least
    if (!isAbove || !(value <= most))
      throw invalidArgument(field, `must be ${how} ${least} and at most ${most}, not ${value}`)
    checked[key] = value
  }
  return {
    ...wanted,
    ...checked,
    ignoredAttributes: checkIgnored(wanted.ignoredAttributes, [...knownAttributes, ...before.ignoredAttributes]),
    // Stored hints are not checked again: a later import may have lost an attribute.
    hints: wanted.hints === before.hints ? wanted.hints : checkHints(wanted.hints, knownAttributes),
  }
}

function checkIgnored(ignored: readonly string[], known: readonly string[]): readonly string[] {
  if (ignored.length > mostIgnored)
    throw invalidArgument('ignored_attributes', `at most ${mostIgnored} attributes, not ${ignored.length}`)
  const unknown = ignored.find((attribute) => !known.includes(attribute))
  if (unknown !== undefined)
    throw invalidArgument(
      'ignored_attributes',
      `unknown attribute "${unknown}"; known are ${listed([...new Set(known)])}`,
    )
  return [...new Set(ignored)]
}

/** The settings of a preset. Common access, hints and ignored attributes depend on the data and not on how careful a user is. */
type PresetSettings = Omit<MiningSettings, 'commonAccessShare' | 'ignoredAttributes' | 'hints'>

export interface MiningPreset {
  readonly name: 'careful' | 'balanced' | 'thorough'
  /** The purpose of the preset, for people. */
  readonly description: string
  readonly settings: PresetSettings
}

const balanced: PresetSettings = {
  minCohortSize: defaultMiningSettings.minCohortSize,
  minEntitlements,
  minCoverage,
  expectedCoverage,
  minLift,
  maxFilters,
  maxAttributes,
  maxSuggestions: defaultMiningSettings.maxSuggestions,
}

/** From the most careful to the most thorough. */
export const miningPresets: readonly MiningPreset[] = [
  {
    name: 'careful',
    description:
      'Few suggestions that hardly need a check: groups of at least ten people, access that at least three quarters of them hold, at most two conditions.',
    settings: { ...balanced, minCohortSize: 10, minCoverage: 0.75, expectedCoverage: 0.9, minLift: 3, maxFilters: 2 },
  },
  {
    name: 'balanced',
    description: 'The default of Assay: groups of at least five people, access that most of them hold.',
    settings: balanced,
  },
  {
    name: 'thorough',
    description:
      'Everything that may be a role, for a user who checks each suggestion: groups of at least three people, also single entitlements, and access that a little more than half of them hold.',
    settings: {
      ...balanced,
      minCohortSize: 3,
      minEntitlements: 1,
      minCoverage: 0.55,
      expectedCoverage: 0.7,
      minLift: 1.5,
      maxAttributes: 12,
      maxSuggestions: 1000,
    },
  },
]

function presetNamed(name: string): MiningPreset {
  const found = miningPresets.find((preset) => preset.name === name)
  if (found === undefined)
    throw invalidArgument(
      'preset',
      `"${name}" is not a preset; there are ${listed(miningPresets.map((one) => one.name))}`,
    )
  return found
}

/** The preset whose settings all equal the given ones. */
export function presetOf(settings: PresetSettings): MiningPreset['name'] | undefined {
  return miningPresets.find((preset) =>
    Object.entries(preset.settings).every(([name, value]) => settings[name as keyof PresetSettings] === value),
  )?.name
}

/** The meaning of the settings, in sentences. */
export function settingsSentences(settings: MiningSettings): string[] {
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
  const { minCohortSize, minCoverage, expectedCoverage, minLift, commonAccessShare, ignoredAttributes, hints } =
    settings
  const sentences = [
    `A group has at least ${minCohortSize} people and at most ${settings.maxFilters} ${settings.maxFilters === 1 ? 'condition' : 'conditions'}.`,
    `An entitlement belongs to it when at least ${percent(minCoverage)} of its people hold it, when it is plausible that ${percent(expectedCoverage)} should hold it, and when it is ${minLift} times as common inside as outside.`,
    `A suggestion has at least ${settings.minEntitlements} ${settings.minEntitlements === 1 ? 'entitlement' : 'entitlements'}; an analysis returns at most ${settings.maxSuggestions.toLocaleString('en')}.`,
    `Entitlements that ${percent(commonAccessShare)} of all people hold are common access and never part of a suggestion.`,
  ]
  if (ignoredAttributes.length > 0) sentences.push(`These attributes form no groups: ${listed(ignoredAttributes)}.`)
  if (hints.length > 0)
    sentences.push(`These attributes are preferred: ${listed(hints.map(({ attribute }) => attribute))}.`)
  return sentences
}
