import { MiningRule, MiningSetting } from '@assay/contracts/assay/insight/v1/insight_pb'
import {
  MiningSettings_Preset,
  MiningSettingsSchema,
  MiningSettingsService,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { createPolicy } from '@assay/policies'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { inTenant } from '@assay/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { miningSettingsService } from './mining-settings-service.ts'
import { whyService } from './why-service.ts'

let running: TestService
let tenant: number

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(WhyService, whyService(service))
    router.service(MiningSettingsService, miningSettingsService(service))
  })
  tenant = await running.database.tenantId('sample')
  const csv = toCsv(generateOrganisation({ seed: 1, identityCount: 300 }))
  const files = Object.fromEntries(csv.map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  await importFiles(running.database.database.sql, tenant, files)
})
afterAll(() => running?.stop())

const why = () => running.client(WhyService, tenant)

async function suggestions() {
  return running.database.owner.sql<
    { filters: { attribute: string; values: string[] }[]; size: number; keys: number[] }[]
  >`
    select cohort_filters as filters, cohort_size as size,
      array(select (one ->> 'key')::integer from jsonb_array_elements(entitlements) one) as keys
    from role_mining_suggestions where tenant_id = ${tenant} order by id`
}

test('with the settings that are told, the next analysis suggests the cohort', async () => {
  const people = await running.database.owner.sql<{ title: string }[]>`
    select job_title as title from identities where tenant_id = ${tenant} and status = 'enabled' and type = 'human'
      and job_title <> '' group by 1 having count(*) between 3 and 30 order by count(*), 1`
  const settings = running.client(MiningSettingsService, tenant, 'role-miner')
  const large = { settings: { preset: MiningSettings_Preset.BALANCED, minCohortSize: 40 } }
  await settings.updateMiningSettings(large)
  const memberOf = new Map(MiningSettingsSchema.fields.map(({ name, localName }) => [name.toUpperCase(), localName]))
  let flipped = 0
  for (const { title } of people) {
    const conditions = [{ attribute: 'job_title', values: [title] }]
    const explanation = await why().explainCohort({ conditions })
    expect(explanation.sentences.length).toBeGreaterThan(0)
    if (explanation.settingChanges.length === 0 || flipped === 2) continue
    flipped++
    const changes = Object.fromEntries(
      explanation.settingChanges.map(({ setting, value }) => [memberOf.get(MiningSetting[setting]), value]),
    )
    await settings.updateMiningSettings({ settings: changes })
    await analyse(running.database.database.sql, tenant)
    const isFound = (await suggestions()).some(
      ({ filters }) =>
        filters.length === 1 && filters[0]!.attribute === 'job_title' && filters[0]!.values.includes(title),
    )
    expect([title, isFound]).toEqual([title, true])
    await settings.updateMiningSettings(large)
  }
  await settings.updateMiningSettings({ settings: { preset: MiningSettings_Preset.BALANCED } })
  expect(flipped).toBeGreaterThan(0)
})

test('an entitlement of a suggestion and a person of its cohort are told so', async () => {
  await analyse(running.database.database.sql, tenant)
  const { filters, keys } = (await suggestions())[0]!
  const { sql } = running.database.owner
  const [entitlement] = await sql<{ applicationId: string; entitlementId: string }[]>`
    select a.id as "applicationId", e.id as "entitlementId" from entitlements e
    join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
    where e.tenant_id = ${tenant} and e.key = ${keys[0]!}`
  expect(await why().explainEntitlement({ entitlement: entitlement! })).toMatchObject({ rule: MiningRule.SUGGESTED })
  const cohort = await why().explainCohort({ conditions: filters, entitlement: entitlement! })
  expect(cohort).toMatchObject({ rule: MiningRule.SUGGESTED, settingChanges: [] })
  expect(cohort.sentences[0]).toMatch(/^It is suggested, as number \d+, for \d+ people\.$/)
  const people = await sql<{ id: string }[]>`
    select id from identities where tenant_id = ${tenant} and status = 'enabled' and type = 'human' order by key`
  const rules = new Set<MiningRule>()
  for (const { id } of people.slice(0, 40)) {
    const explanation = await why().explainHolding({ identityId: id, entitlement: entitlement! })
    rules.add(explanation.rule)
    const [row] = await sql<{ held: boolean }[]>`
      select exists (select from grants g join identities i on i.tenant_id = g.tenant_id and i.key = g.identity_key
        where g.tenant_id = ${tenant} and i.id = ${id} and g.entitlement_key = ${keys[0]!}) as held`
    expect(explanation.holds).toBe(row?.held)
  }
  expect([...rules].every((rule) => [MiningRule.BY_SUGGESTION, MiningRule.OUTSIDE_SUGGESTIONS].includes(rule))).toBe(
    true,
  )
})

test('policies are asked last, and what they leave out is told with their name', async () => {
  const { filters, keys } = (await suggestions())[0]!
  const { sql } = running.database.owner
  const named = await sql<{ key: number; applicationId: string; entitlementId: string }[]>`
    select e.key, a.id as "applicationId", e.id as "entitlementId" from entitlements e
    join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
    where e.tenant_id = ${tenant} and e.key = any(${keys})`
  const [entitlement] = named
  const conditions = filters
  const protect = (displayName: string, first: readonly { applicationId: string; entitlementId: string }[]) =>
    inTenant(running.database.database.sql, tenant, (scoped) =>
      createPolicy(scoped, tenant, 'e-1', {
        displayName,
        description: '',
        enabled: true,
        settings: {
          kind: 'protected_access',
          privileged: false,
          fromRiskLevel: '',
          fromCoverageBasisPoints: undefined,
        },
        first: first.map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId })),
        second: [],
        exceptions: [],
      }),
    )
  await protect('Not this one', [entitlement!])
  const asked = { applicationId: entitlement!.applicationId, entitlementId: entitlement!.entitlementId }
  const one = await why().explainCohort({ conditions, entitlement: asked })
  expect([one.rule, one.sentences.at(-1)]).toEqual([
    MiningRule.LEFT_OUT_BY_POLICY,
    'Policies leave it out of this suggestion: policy "Not this one" protects it.',
  ])
  const whole = await why().explainCohort({ conditions })
  expect(whole.sentences.at(-1)).toMatch(
    /^Policies leave out 1 of its \d+ entitlements; .*: policy "Not this one" protects/,
  )
  const about = await why().explainEntitlement({ entitlement: asked })
  expect(about.rule).toBe(MiningRule.LEFT_OUT_BY_POLICY)
  expect(about.sentences.at(-1)).toMatch(
    /^The suggestion for .*: Policies leave it out of this suggestion: policy "Not this one"/,
  )
  // Both sentences must be true: no role suggests the entitlement.
  expect(about.sentences[1]).toMatch(/^Without policies, .* would be suggested with it\.$/)
  expect(about.sentences.filter((one) => one.includes('is suggested with it'))).toEqual([])
  await protect('None of these', named)
  const refused = await why().explainCohort({ conditions })
  expect([refused.rule, refused.sentences[0]]).toEqual([
    MiningRule.REFUSED_BY_POLICY,
    expect.stringMatching(/^Without policies it would be suggested, as number/),
  ])
  // The next analysis leaves the cohort out, as the answer says.
  await analyse(running.database.database.sql, tenant)
  const kept = await suggestions()
  expect(kept.some((each) => JSON.stringify(each.filters) === JSON.stringify(filters))).toBe(false)
  expect(kept.some((each) => each.keys.includes(entitlement!.key))).toBe(false)
})

test('what is asked wrongly says what is wrong', async () => {
  expect(await failureOf(why().explainCohort({}))).toBe('InvalidArgument: conditions: must name at least one condition')
  const shoe = { conditions: [{ attribute: 'shoe', values: ['9'] }] }
  expect(await failureOf(why().explainCohort(shoe))).toMatch(
    /^InvalidArgument: conditions\[0\].attribute: unknown attribute "shoe"/,
  )
  expect(await failureOf(why().explainEntitlement({}))).toBe('InvalidArgument: entitlement: is required')
  const nobody = { identityId: 'nobody', entitlement: { entitlementId: 'x' } }
  expect(await failureOf(why().explainHolding(nobody))).toBe('NotFound: identity "nobody" does not exist')
})
