import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import {
  CoverageService,
  ExportResidualGrantsRequest_Format as Format,
  Layer,
} from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { MatrixService } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidateService } from '../candidates/candidate-service.ts'
import { exploreService } from '../explore/explore-service.ts'
import { matrixService } from '../matrix/matrix-service.ts'
import { testMatrixCalls } from '../matrix/testing-matrix-calls.ts'
import { profileService } from '../profiles/profile-service.ts'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { coverageService } from './coverage-service.ts'

let running: TestService
let tenant: number

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(CoverageService, coverageService(service))
    router.service(ProfileService, profileService(service))
    router.service(ExploreService, exploreService(service))
    router.service(CandidateService, candidateService(service))
    router.service(MatrixService, matrixService(service))
  })
  tenant = await running.database.tenantId('sample')
  const csv = toCsv(generateOrganisation({ seed: 3, identityCount: 300 }))
  const files = Object.fromEntries(csv.map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  await importFiles(running.database.database.sql, tenant, files)
  await analyse(running.database.database.sql, tenant)
})
afterAll(() => running?.stop())

testMatrixCalls(
  () => running,
  () => tenant,
)

const client = () => running.client(CoverageService, tenant, 'auditor')
const layerOf = async (layer: Layer) => {
  const { layers } = await client().getResidual({})
  return Number(layers.find((one) => one.layer === layer)?.grants)
}

/** The first layers by SQL: holders who are not mined, common access, grants of profiles, grants of NEW suggestions. */
async function layersBySql() {
  const rows = await running.database.owner.sql<{ layer: string; grants: number }[]>`
    with people as (
      select key, status = 'enabled' as enabled, type = 'human' as human, to_jsonb(i) || i.attributes as facts
      from identities i where tenant_id = ${tenant}
    ), held as (
      select g.identity_key, g.entitlement_key, p.enabled, p.human from grants g join people p on p.key = g.identity_key
      where g.tenant_id = ${tenant} and g.import_id = (select import_id from snapshots where tenant_id = ${tenant})
    ), common as (
      select entitlement_key from held where enabled and human group by 1
      having count(*) >= 0.8 * (select count(*) from people where enabled and human)
    ), accepted as (
      select m.identity_key, e.entitlement_key from access_profile_members m
      join access_profile_entitlements e on e.tenant_id = m.tenant_id and e.profile_id = m.profile_id where m.tenant_id = ${tenant}
    ), open as (
      select p.key as identity_key, (one ->> 'key')::integer as entitlement_key
      from role_mining_suggestions s cross join people p cross join jsonb_array_elements(s.entitlements) one
      where s.tenant_id = ${tenant} and s.state = 'new' and p.enabled and p.human and not exists (
        select from jsonb_array_elements(s.cohort_filters) f where not exists (
          select from jsonb_array_elements_text(f -> 'values') v where v = trim(
            case f ->> 'attribute' when 'manager' then p.facts ->> 'manager_id' else p.facts ->> (f ->> 'attribute') end)))
    )
    select case when not enabled then 'disabled' when not human then 'not_a_person'
      when entitlement_key in (select entitlement_key from common) then 'common_access'
      when (identity_key, entitlement_key) in (select * from accepted) then 'accepted'
      when (identity_key, entitlement_key) in (select * from open) then 'open' else 'rest' end as layer,
      count(*)::integer as grants
    from held group by 1`
  return Object.fromEntries(rows.map(({ layer, grants }) => [layer, grants]))
}

async function expectLayersOfSql() {
  const { layers, grants } = await client().getResidual({})
  const bySql = await layersBySql()
  const told = (layer: Layer) => Number(layers.find((one) => one.layer === layer)?.grants)
  expect({
    disabled: told(Layer.DISABLED),
    not_a_person: told(Layer.NOT_A_PERSON),
    common_access: told(Layer.COMMON_ACCESS),
    accepted: told(Layer.ACCEPTED),
    open: told(Layer.OPEN),
  }).toEqual({ disabled: 0, not_a_person: 0, common_access: 0, accepted: 0, open: 0, ...bySql, rest: undefined })
  expect(layers.reduce((sum, one) => sum + one.grants, 0n)).toBe(grants)
  const rest = layers.filter(({ layer }) => layer >= Layer.POLICY).reduce((sum, one) => sum + one.grants, 0n)
  expect(Number(rest)).toBe(bySql.rest)
}

test('the layers are those that SQL counts, before and after a profile is accepted', async () => {
  await expectLayersOfSql()
  const { sql } = running.database.owner
  const [entitlement] = await sql<{ applicationId: string; entitlementId: string; key: number }[]>`
    select a.id as "applicationId", e.id as "entitlementId", e.key from role_mining_suggestions s
    cross join jsonb_array_elements(s.entitlements) one join entitlements e on e.tenant_id = s.tenant_id and e.key = (one ->> 'key')::integer
    join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key where s.tenant_id = ${tenant} order by s.id, e.key limit 1`
  const holders = await sql<{ id: string }[]>`
    select i.id from grants g join identities i on i.tenant_id = g.tenant_id and i.key = g.identity_key
    where g.tenant_id = ${tenant} and g.entitlement_key = ${entitlement!.key} and i.status = 'enabled' order by i.key limit 5`
  const profiles = running.client(ProfileService, tenant)
  const { id } = await profiles.createAccessProfile({
    accessProfile: { displayName: 'Accepted' },
    entitlements: [{ applicationId: entitlement!.applicationId, entitlementId: entitlement!.entitlementId }],
  })
  await profiles.addAccessProfileMembers({ accessProfileId: id, identityIds: holders.map((one) => one.id) })
  await expect.poll(() => layerOf(Layer.ACCEPTED)).toBe(holders.length)
  await expectLayersOfSql()
  const { grants } = await client().listResidualGrants({ layers: [Layer.ACCEPTED], pageSize: 100 })
  expect(grants.map(({ person }) => person?.identityId)).toEqual(holders.map((one) => one.id))
  expect(grants[0]).toMatchObject({ layer: Layer.ACCEPTED, toldBy: { id, displayName: 'Accepted' } })
})

test('pages and both streams hold the same grants', async () => {
  const layers = [Layer.ONE_OFF, Layer.OUTLIER, Layer.NO_ATTRIBUTE, Layer.TOO_FEW_HOLDERS]
  const listed: string[] = []
  for (let pageToken = ''; ; ) {
    const page = await client().listResidualGrants({ layers, pageSize: 100, pageToken })
    listed.push(...page.grants.map(({ person, entitlement }) => `${person?.identityId} ${entitlement?.entitlementId}`))
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
  expect(listed.length).toBeGreaterThan(100)
  const read = async (format: Format) => {
    const pieces: Uint8Array[] = []
    for await (const { data } of client().exportResidualGrants({ layers, format })) pieces.push(data)
    return Buffer.concat(pieces).toString().trimEnd().split(/\r?\n/)
  }
  const [head, ...rows] = await read(Format.CSV)
  expect(head).toBe('identityId,identityName,applicationId,entitlementId,entitlementName,layer,toldBy')
  expect(rows).toHaveLength(listed.length)
  const lines = (await read(Format.NDJSON)).map((line) => JSON.parse(line))
  expect(lines.map(({ person, entitlement }) => `${person.identityId} ${entitlement.entitlementId}`)).toEqual(listed)
})

test('attributes are ranked, and the sentences say the figures', async () => {
  const ranking = await client().rankAttributes({})
  const [first, second] = ranking.attributes
  expect(first!.addedGrants).toBe(first!.aloneGrants)
  expect(second!.addedGrants).toBeLessThanOrEqual(first!.addedGrants)
  expect(ranking.explainedAlone).toBe(ranking.attributes.reduce((sum, one) => sum + one.addedGrants, 0n))
  const share = Math.round((100 * Number(first!.aloneGrants)) / Number(ranking.grants))
  expect(ranking.sentences[1]).toBe(`${first!.attribute} explains ${share} % by itself, the most of all.`)
})

test('what is asked wrongly says what is wrong', async () => {
  const list = (request: Parameters<ReturnType<typeof client>['listResidualGrants']>[0]) =>
    failureOf(client().listResidualGrants(request))
  expect(await list({ layers: [99 as Layer] })).toMatch(
    /^InvalidArgument: layers: must be of LAYER_DISABLED, .*, not 99/,
  )
  expect(await list({ identityId: 'nobody' })).toBe('NotFound: identity "nobody" does not exist')
  expect(await list({ applicationId: 'nothing' })).toBe('NotFound: application "nothing" does not exist')
  expect(await list({ pageToken: 'made-up' })).toMatch(/^InvalidArgument: page_token: /)
  const empty = running.client(CoverageService, await running.database.tenantId('empty'))
  expect(await failureOf(empty.getResidual({}))).toBe(
    'FailedPrecondition: There is no access data yet; commit an import first.',
  )
})

const explorer = () => running.client(ExploreService, tenant, 'auditor')
const engineers = [{ attribute: 'department', values: ['Engineering'] }]

/** Enabled people with their assigned entitlements, and whether they are engineers. */
async function holdingsBySql() {
  const rows = await running.database.owner.sql<{ person: string; isEngineer: boolean; held: string[] }[]>`
    select i.id as person, i.department = 'Engineering' as "isEngineer",
      coalesce(array_agg(e.id) filter (where e.id is not null), '{}') as held
    from identities i
    left join grants g on g.tenant_id = i.tenant_id and g.identity_key = i.key
      and g.import_id = (select import_id from snapshots where tenant_id = ${tenant})
    left join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
    where i.tenant_id = ${tenant} and i.status = 'enabled' and i.type = 'human' group by 1, 2`
  return [...rows]
}

test('what a cohort holds, and what each cut-off changes, is what SQL counts', async () => {
  const cohort = await explorer().describeCohort({ conditions: engineers })
  const people = await holdingsBySql()
  const [inside, outside] = [people.filter((one) => one.isEngineer), people.filter((one) => !one.isEngineer)]
  expect([cohort.peopleCount, cohort.cohortSize]).toEqual([people.length, inside.length])
  const holders = (of: typeof people, id: string) => of.filter(({ held }) => held.includes(id)).length
  for (const { entitlementId, holderCount, outsideHolderCount } of cohort.entitlements) {
    expect([holderCount, outsideHolderCount]).toEqual([holders(inside, entitlementId), holders(outside, entitlementId)])
  }
  for (const step of cohort.steps.slice(0, 5)) {
    const selected = cohort.entitlements.slice(0, step.entitlementCount)
    const withAll = (of: typeof people) =>
      of.filter(({ held }) => selected.every(({ entitlementId }) => held.includes(entitlementId))).length
    const gains = selected.map(({ holderCount }) => inside.length - holderCount)
    const expected = {
      gainCount: BigInt(gains.reduce((sum, one) => sum + one, 0)),
      riskyGainCount: BigInt(gains.filter((_, place) => selected[place]?.risky).reduce((sum, one) => sum + one, 0)),
      peopleWithAllCount: withAll(inside),
      outsideWithAllCount: withAll(outside),
    }
    expect(step).toMatchObject(expected)
    const entitlements = selected.map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId }))
    expect(await explorer().evaluateSelection({ conditions: engineers, entitlements })).toMatchObject(expected)
  }
  const profiles = running.client(ProfileService, tenant, 'auditor')
  const { selected } = await profiles.previewMembership({ celExpression: cohort.celExpression })
  expect(selected?.count).toBe(inside.length)
})

test('conditions are found, and what is asked wrongly of a cohort says what is wrong', async () => {
  const { conditions, attributes } = await explorer().searchConditions({ text: 'engineerin', attribute: 'department' })
  expect(conditions.map(({ value }) => value)).toEqual(['Engineering'])
  expect(attributes).toContain('department')
  const { unmet } = await explorer().describeCohort({
    conditions: [{ attribute: 'department', values: ['Enginering'] }],
  })
  expect(unmet).toMatchObject([{ similarValue: 'Engineering', similarPeopleCount: conditions[0]?.peopleCount }])
  for (const [call, message] of [
    [
      () => explorer().describeCohort({ conditions: [{ attribute: 'shoe size', values: ['9'] }] }),
      /unknown attribute "shoe size"; known are/,
    ],
    [
      () => explorer().describeCohort({ conditions: [{ attribute: 'department', values: [] }] }),
      /values: needs at least one value/,
    ],
    [
      () => explorer().describeCohort({ conditions: Array.from({ length: 33 }, () => engineers[0] ?? {}) }),
      /at most 32/,
    ],
    [() => explorer().searchConditions({ text: 'x'.repeat(257) }), /text: has more than 256 characters/],
    [() => explorer().searchConditions({ attribute: 'shoe size' }), /unknown attribute "shoe size"/],
    [
      () => explorer().evaluateSelection({ entitlements: [{ applicationId: 'no', entitlementId: 'such' }] }),
      /there is no entitlement/,
    ],
  ] as const)
    expect(await failureOf(call())).toMatch(message)
})

test('a rule is checked without asking anybody, with its place and what would be right', async () => {
  const profiles = running.client(ProfileService, tenant, 'auditor')
  const problemOf = async (celExpression: string) => (await profiles.checkMembershipRule({ celExpression })).problem
  expect(await problemOf('')).toBeUndefined()
  expect(await problemOf('subject.department == "Engineering"')).toBeUndefined()
  expect(await problemOf('true &&\n subject.locaton == "Berlin"')).toMatchObject({
    line: 2,
    column: 10,
    message: 'No such key: locaton',
    remedy: 'Did you mean subject.profile["location"]?',
  })
  expect(await problemOf(`"${'x'.repeat(200_000)}" == ""`)).toMatchObject({ line: 1, column: 1 })
})
