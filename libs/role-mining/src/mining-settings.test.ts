import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { defaultConfig, getConfig, replaceConfig } from './config.ts'
import {
  defaultMiningSettings,
  getMiningSettings,
  miningPresets,
  presetOf,
  type SettingsChange,
  updateMiningSettings,
} from './mining-settings.ts'

let db: TestDatabase
let tenantId: number

beforeAll(async () => {
  db = await createTestDatabase()
})
beforeEach(async () => {
  tenantId = await db.tenantId(`t${Math.random().toString(36).slice(2)}`)
})
afterAll(() => db.drop())

const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
const known = ['department', 'job_title']
const update = (change: SettingsChange) => tenant((sql) => updateMiningSettings(sql, tenantId, change, known))
const read = () => tenant((sql) => getMiningSettings(sql))

test('settings are the defaults, which are the balanced preset, until a user changes them', async () => {
  expect(await read()).toEqual({ settings: defaultMiningSettings, etag: '0' })
  expect(presetOf(defaultMiningSettings)).toBe('balanced')
})

test('a change leaves all other settings unchanged, and 0 means the default again', async () => {
  await update({ minCoverage: 0.7, maxSuggestions: 30 })
  const { settings } = await update({ minLift: 3 })
  expect(settings).toEqual({ ...defaultMiningSettings, minCoverage: 0.7, maxSuggestions: 30, minLift: 3 })
  expect((await update({ minCoverage: 0 })).settings.minCoverage).toBe(defaultMiningSettings.minCoverage)
})

test("ConductorOne's configuration is the same row: both APIs show all changes, and ConductorOne's contract stays the same", async () => {
  await update({ minCoverage: 0.7, minCohortSize: 8 })
  expect(await tenant(getConfig)).toEqual({ ...defaultConfig, minCohortSize: 8 })
  const before = await read()
  await tenant((sql) => replaceConfig(sql, tenantId, { ...defaultConfig, minCohortSize: 0, maxSuggestions: 9 }, known))
  const after = await read()
  expect(after.settings).toEqual({ ...before.settings, minCohortSize: 5, maxSuggestions: 9 })
  expect(after.etag).not.toBe(before.etag)
})

test('a preset sets its own settings and does not change hints, common access and ignored attributes', async () => {
  const own = {
    commonAccessShare: 0.9,
    ignoredAttributes: ['job_title'],
    hints: [{ attribute: 'department', priority: 5, values: [] }],
  }
  await update(own)
  for (const { name, settings } of miningPresets) {
    const stored = (await update({ preset: name })).settings
    expect(stored).toEqual({ ...settings, ...own })
    expect(presetOf(stored)).toBe(name)
  }
  expect(presetOf((await update({ preset: 'careful', minLift: 4 })).settings)).toBeUndefined()
})

test('settings that were changed since they were read are not overwritten', async () => {
  const { etag } = await update({ minLift: 3 })
  await update({ minLift: 4 })
  await expect(update({ minLift: 5, etag })).rejects.toMatchObject({
    kind: 'aborted',
    reason: 'ETAG_MISMATCH',
  })
  expect((await read()).settings.minLift).toBe(4)
})

const refused: [string, SettingsChange, RegExp][] = [
  ['no entitlement', { minEntitlements: -1 }, /min_entitlements.*1 to 1000, not -1/],
  ['five filters', { maxFilters: 5 }, /max_filters.*1 to 4/],
  ['17 attributes', { maxAttributes: 17 }, /max_attributes.*1 to 16/],
  ['half a cohort', { minCoverage: 0.5 }, /min_coverage.*more than 0.5 and at most 1, not 0.5/],
  ['more than everybody', { expectedCoverage: 1.01 }, /expected_coverage/],
  ['not a number', { minLift: Number.NaN, minCohortSize: 2.5 }, /min_cohort_size.*whole number/],
  ['less usual than outside', { minLift: 0.5 }, /min_lift.*at least 1 and at most 1000, not 0.5/],
  ['an infinite lift', { minLift: Number.POSITIVE_INFINITY }, /min_lift/],
  ['an unknown attribute', { ignoredAttributes: ['Shoe'] }, /ignored_attributes: unknown attribute "Shoe"; known are/],
  ['an unknown preset', { preset: 'bold' }, /preset: "bold" is not a preset; there are careful, balanced, thorough/],
]
test.each(refused)('%s is refused with its name and changes nothing', async (_, change, words) => {
  await update({ minLift: 3 })
  const before = await read()
  await expect(update(change)).rejects.toMatchObject({ kind: 'invalid_argument' })
  await expect(update(change)).rejects.toThrow(words)
  expect(await read()).toEqual(before)
})
