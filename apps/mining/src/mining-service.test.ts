import { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { miningService } from './mining-service.ts'
import { failureOf, importFiles, startTestService, type TestService } from './testing-service.ts'

const organisation = generateOrganisation({ seed: 1, identityCount: 300 })
let running: TestService
/** The tenant of the sample organisation. */
let sample: number
let sampleImport: string

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(MiningService, miningService(service)))
  const { database } = running
  sample = await database.tenantId('sample')
  const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  sampleImport = await importFiles(database.database.sql, sample, files)
})

afterAll(() => running?.stop())

test('a snapshot is described by the figures of its import', async () => {
  const { snapshot } = await running.client(MiningService, sample, 'auditor').describeSnapshot({})
  const enabledHumanCount = organisation.identities.filter(
    (one) => one.status === 'enabled' && one.type === 'human',
  ).length
  expect(snapshot).toMatchObject({
    importId: sampleImport,
    identityCount: 300,
    enabledHumanCount,
    applicationCount: organisation.applications.length,
    entitlementCount: organisation.entitlements.length,
    grantCount: [...organisation.grants].length,
  })
  expect(Number(snapshot?.commitTime?.seconds) * 1000).toBeGreaterThan(Date.now() - 600_000)
  const present = organisation.identities.filter((one) => one.status !== 'deleted')
  const distinct = (values: string[]) => new Set(values.filter((value) => value !== '')).size
  expect(Object.fromEntries(snapshot?.attributes.map(({ key, valueCount }) => [key, valueCount]) ?? [])).toEqual({
    cost_center: distinct(present.map((one) => one.attributes.cost_center)),
    department: distinct(present.map((one) => one.department)),
    directory_status: distinct(present.map((one) => one.status)),
    employment_status: distinct(present.map((one) => one.employmentStatus)),
    employment_type: distinct(present.map((one) => one.employmentType)),
    job_title: distinct(present.map((one) => one.jobTitle)),
    location: distinct(present.map((one) => one.attributes.location)),
    manager: distinct(present.map((one) => one.managerId)),
    project: distinct(present.map((one) => one.attributes.project)),
  })
  const keys = snapshot?.attributes.map(({ key }) => key)
  expect(keys).toEqual(keys?.toSorted())
})

test('the next import is described as soon as it is committed', async () => {
  const tenant = await running.database.tenantId('growing')
  const client = running.client(MiningService, tenant)
  const describeImport = async (people: string[]) => {
    const identities = ['id,department,status', ...people].join('\n')
    const grants = 'identity_id,application_id,entitlement_id\nu1,git,read\n'
    await importFiles(running.database.database.sql, tenant, { 'identities.csv': identities, 'grants.csv': grants })
    const { snapshot } = await client.describeSnapshot({})
    expect((await client.describeSnapshot({})).snapshot).toEqual(snapshot)
    const departments = snapshot?.attributes.find(({ key }) => key === 'department')?.valueCount
    return [snapshot?.identityCount, snapshot?.enabledHumanCount, departments]
  }
  expect(await describeImport(['u1,Sales,', 'u2,Engineering,disabled'])).toEqual([2, 1, 2])
  expect(await describeImport(['u1,Sales,', 'u3,,', 'u4,Sales,'])).toEqual([3, 3, 1])
})

test('a tenant without an import has no snapshot to describe', async () => {
  const client = running.client(MiningService, await running.database.tenantId('empty'))
  expect((await client.describeSnapshot({})).snapshot).toBeUndefined()
})

test('a description needs a caller', async () => {
  const stranger = running.client(MiningService, sample, 'nobody')
  expect(await failureOf(stranger.describeSnapshot({}))).toMatch(/^Unauthenticated: /)
})
