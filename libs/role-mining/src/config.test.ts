import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defaultConfig, getConfig, type RoleMiningConfig, replaceConfig } from './config.ts'

let db: TestDatabase
let tenantId: number

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
})
afterAll(() => db.drop())

const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
const replace = (config: Partial<RoleMiningConfig>) =>
  tenant((sql) =>
    replaceConfig(sql, tenantId, { ...defaultConfig, ...config }, ['department', 'job_title', 'directory_status']),
  )
const hint = (facts = {}) => ({ attribute: 'department', priority: 10, values: ['IT'], ...facts })

test('settings are the defaults until a user replaces them, and zero means the default again', async () => {
  expect(await tenant(getConfig)).toEqual(defaultConfig)
  const config = { cohortHints: [hint()], maxSuggestions: 7, minCohortSize: 9 }
  await replace(config)
  expect(await tenant(getConfig)).toEqual(config)
  await replace({ cohortHints: [], maxSuggestions: 0, minCohortSize: 0 })
  expect(await tenant(getConfig)).toEqual(defaultConfig)
})

test('a hint about the directory status is stored in one spelling', async () => {
  const hints = [hint({ attribute: 'directory_status', values: ['ENABLED', 'USER_STATUS_DISABLED'] })]
  await replace({ cohortHints: hints })
  expect((await tenant(getConfig)).cohortHints).toMatchObject([{ values: ['enabled', 'disabled'] }])
  await replace({})
})

const refused: [string, Partial<RoleMiningConfig>, RegExp][] = [
  ['a minimum below two', { minCohortSize: 1 }, /min_cohort_size.*2 to 100000, not 1/],
  ['a minimum above the most', { minCohortSize: 100_001 }, /min_cohort_size/],
  ['a negative cap', { maxSuggestions: -1 }, /max_suggestions.*1 to 1000, not -1/],
  ['a cap above the most', { maxSuggestions: 1001 }, /max_suggestions/],
  ['a priority above 100', { cohortHints: [hint({ priority: 101 })] }, /cohort_hints\[0\]\.priority.*0 to 100/],
  [
    'an unknown attribute',
    { cohortHints: [hint({ attribute: 'Shoe' })] },
    /unknown attribute "Shoe"; known are department, job_title, directory_status/,
  ],
  ['an unnamed attribute', { cohortHints: [hint({ attribute: '' })] }, /cohort_hints\[0\]\.attribute/],
  ['an attribute twice', { cohortHints: [hint(), hint()] }, /cohort_hints\[1\]\.attribute.*has a hint already/],
  [
    'a value that a closed list does not have',
    { cohortHints: [hint({ attribute: 'directory_status', values: ['on'] })] },
    /cohort_hints\[0\]\.values: "on" is no value of directory_status; there are enabled, disabled, deleted/,
  ],
  ['too many values', { cohortHints: [hint({ values: Array(1001).fill('x') })] }, /at most 1000 values, not 1001/],
]
test.each(refused)('%s is refused with its name and changes nothing', async (_, config, words) => {
  const before = await tenant(getConfig)
  const refusal = replace(config)
  await expect(refusal).rejects.toMatchObject({ kind: 'invalid_argument' })
  await expect(refusal).rejects.toThrow(words)
  expect(await tenant(getConfig)).toEqual(before)
})
