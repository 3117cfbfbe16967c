import { createHash } from 'node:crypto'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import {
  ProfileDifference_Kind as Kind,
  PublicationService,
} from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { importAccessProfiles } from '@assay/profiles'
import { eraseFromPublications, publicationFiles } from '@assay/publications'
import { inTenant } from '@assay/store'
import { targets } from '@assay/targets'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestCatalogService } from '../c1/request-catalog-service.ts'
import { ledgerService } from '../ledger/ledger-service.ts'
import { profileService } from '../profiles/profile-service.ts'
import { failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { publicationService } from './publication-service.ts'

let running: TestService
let tenantId = 0
let publications: Client<typeof PublicationService>
let profiles: Client<typeof ProfileService>
let catalogs: Client<typeof RequestCatalogManagementService>
const ids = { engineers: '', sellers: '' }

const files = {
  'identities.csv': `id,display_name,email,department
e1,Ada,ada@x.test,Engineering
e2,Ben,ben@x.test,Engineering
e3,Cem,cem@x.test,Sales
`,
  'entitlements.csv':
    'id,application_id,display_name\nwriter,git,Writer\nreader,git,Reader\n@acme/x,npm,Package\n6f1a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c,entra,VPN\n',
  'grants.csv': 'identity_id,entitlement_id,application_id\ne1,writer,git\ne2,reader,git\ne3,@acme/x,npm\n',
}
const reference = (applicationId: string, entitlementId: string) => ({ applicationId, entitlementId })

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(PublicationService, publicationService(service))
    router.service(ProfileService, profileService(service))
    router.service(RequestCatalogManagementService, requestCatalogService(service))
    router.service(LedgerService, ledgerService(service))
  })
  tenantId = await running.database.tenantId()
  await importFiles(running.database.database.sql, tenantId, files)
  publications = running.client(PublicationService, tenantId)
  profiles = running.client(ProfileService, tenantId)
  catalogs = running.client(RequestCatalogManagementService, tenantId)
  const engineers = await profiles.createAccessProfile({
    accessProfile: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what Terraform would evaluate
      displayName: 'Engineers "${who}"',
      description: 'Who builds',
      celExpression: 'subject.department == "Engineering"',
      automationEnabled: true,
      ownerId: 'e1',
    },
    entitlements: [reference('git', 'writer'), reference('git', 'reader')],
  })
  const sellers = await profiles.createAccessProfile({
    accessProfile: { displayName: 'Sellers' },
    entitlements: [reference('npm', '@acme/x')],
  })
  await profiles.addAccessProfileMembers({ accessProfileId: sellers.id, identityIds: ['e3'] })
  ids.engineers = engineers.id
  ids.sellers = sellers.id
})
afterAll(() => running?.stop())

const recorded = <T>(work: (sql: Parameters<typeof publicationFiles>[0]) => Promise<T>) =>
  inTenant(running.database.database.sql, tenantId, work)
const bytesOf = async (publicationId: string) => {
  const hash = createHash('sha256')
  let size = 0
  for await (const { data, contentType } of publications.downloadPublication({ publicationId })) {
    expect(contentType).toBe('application/zip')
    hash.update(data)
    size += data.length
  }
  expect(size).toBeGreaterThan(100)
  return hash.digest('hex')
}

test('a profile is new until it is handed over, and then no difference, to that target alone', async () => {
  const asked = { targetId: 'scim', accessProfileIds: [ids.engineers] }
  const before = await publications.previewPublication(asked)
  expect(before).toMatchObject({ profileCount: 1, addedCount: 1, changedCount: 0, removedCount: 0 })
  expect(before.differences[0]).toMatchObject({
    kind: Kind.ADDED,
    addedEntitlementCount: 2,
    addedMemberCount: 2,
    addedMembers: [
      { identityId: 'e1', identityDisplayName: 'Ada' },
      { identityId: 'e2', identityDisplayName: 'Ben' },
    ],
  })
  const made = await publications.createPublication({ ...asked, contentHash: before.contentHash })
  expect(made).toMatchObject({ targetId: 'scim', profileCount: 1, contentHash: before.contentHash, publishedBy: 'e-1' })
  expect(await publications.previewPublication(asked)).toMatchObject({
    addedCount: 0,
    changedCount: 0,
    differences: [],
  })
  expect(await publications.previewPublication({ ...asked, targetId: 'csv' })).toMatchObject({ addedCount: 1 })
  expect((await publications.listPublications({ accessProfileId: ids.engineers })).publications).toEqual([made])
  expect((await publications.listPublications({ accessProfileId: ids.sellers })).publications).toEqual([])
  const { entries } = await running.client(LedgerService, tenantId).listEntries({ kind: 'publication.create' })
  expect(entries.map(({ id }) => id)).toEqual([made.id])
})

test('the difference names what came and went, what changed, and what is gone', async () => {
  const asked = { targetId: 'entra' }
  await publications.createPublication(asked)
  await profiles.updateAccessProfile({
    accessProfile: { id: ids.engineers, celExpression: 'subject.department in ["Engineering", "Sales"]' },
  })
  await catalogs.removeAppEntitlements({ catalogId: ids.engineers, appEntitlements: [{ appId: 'git', id: 'reader' }] })
  const gone = await profiles.createAccessProfile({ accessProfile: { displayName: 'For a moment' } })
  await publications.createPublication({ ...asked, accessProfileIds: [gone.id] })
  await profiles.deleteAccessProfile({ accessProfileId: gone.id })
  const preview = await publications.previewPublication(asked)
  expect(preview).toMatchObject({ profileCount: 2, addedCount: 0, changedCount: 1, removedCount: 1 })
  const [changed, removed] = preview.differences
  expect(changed).toMatchObject({
    kind: Kind.CHANGED,
    accessProfileId: ids.engineers,
    changedFields: ['cel_expression'],
    removedEntitlements: [{ applicationId: 'git', entitlementId: 'reader', entitlementDisplayName: 'Reader' }],
    addedMembers: [{ identityId: 'e3' }],
    removedMemberCount: 0,
  })
  expect(removed).toMatchObject({ kind: Kind.REMOVED, displayName: 'For a moment' })
  const paged = await publications.previewPublication({ ...asked, pageSize: 1 })
  expect(paged.differences).toEqual([changed])
  const rest = await publications.previewPublication({ ...asked, pageSize: 1, pageToken: paged.nextPageToken })
  expect(rest).toMatchObject({ differences: [removed], nextPageToken: '' })
  await publications.createPublication(asked)
  expect((await publications.previewPublication(asked)).differences).toEqual([])
  const writer = { catalogId: ids.engineers, appEntitlements: [{ appId: 'git', id: 'writer' }] }
  const reader = { catalogId: ids.engineers, appEntitlements: [{ appId: 'git', id: 'reader' }] }
  await catalogs.addAppEntitlements(reader)
  await publications.createPublication(asked)
  await catalogs.removeAppEntitlements(writer)
  await catalogs.addAppEntitlements(writer)
  // Terraform's files have an order, so a change of the order is a difference although no entitlement was added or removed.
  expect((await publications.previewPublication(asked)).differences).toMatchObject([
    { kind: Kind.CHANGED, changedFields: ['entitlements'], addedEntitlementCount: 0, removedEntitlementCount: 0 },
  ])
  await catalogs.removeAppEntitlements(reader)
})

test('the preview says whose ids the files have and what is left out', async () => {
  const first = await publications.previewPublication({ targetId: 'entra' })
  expect(first.notices).toContainEqual(expect.stringContaining('belong to other applications (git, npm)'))
  expect(first.notices).toContain(
    '3 of 3 members have no id that the system can have and are not in the files: link their accounts, or create them, and hand over again.',
  )
  expect((await publications.previewPublication({ targetId: 'csv' })).notices).toEqual([])
  const unknown = publications.previewPublication({ targetId: 'entra', source: 'nowhere' })
  expect(await failureOf(unknown)).toMatch(/^NotFound.*nowhere/)
})

test('who looked at other contents than those of now records nothing', async () => {
  const asked = { targetId: 'midpoint', accessProfileIds: [ids.sellers] }
  const { contentHash } = await publications.previewPublication(asked)
  await profiles.updateAccessProfile({ accessProfile: { id: ids.sellers, description: 'They sell' } })
  expect(await failureOf(publications.createPublication({ ...asked, contentHash }))).toMatch(
    /^Aborted: .*changed since/,
  )
  expect((await publications.listPublications({ targetId: 'midpoint' })).publications).toEqual([])
})

test.each([
  [{ targetId: 'fax' }, /^InvalidArgument: target_id: there is no target "fax"; there are scim, terraform-c1/],
  [{ targetId: 'scim', accessProfileIds: ['x'] }, /^NotFound/],
  [{ targetId: 'scim', accessProfileIds: Array(101).fill('x') }, /^InvalidArgument: access_profile_ids: .*100/],
])('%j is refused by name', async (request, message) => {
  expect(await failureOf(publications.previewPublication(request))).toMatch(message)
  expect(await failureOf(publications.createPublication(request))).toMatch(message)
})

test('whoever hands over at the same time waits instead of being refused', async () => {
  const handOver = () => publications.createPublication({ targetId: 'midpoint' })
  const made = await Promise.all(Array.from({ length: 5 }, handOver))
  expect(new Set(made.map(({ contentHash }) => contentHash)).size).toBe(1)
})

test('a profile is named once, and another tenant has none of it', async () => {
  const twice = { targetId: 'scim', accessProfileIds: [ids.sellers, ids.sellers.toUpperCase()] }
  expect(await failureOf(publications.previewPublication(twice))).toMatch(/^InvalidArgument.*twice/)
  const other = running.client(PublicationService, await running.database.tenantId())
  expect(await other.previewPublication({ targetId: 'scim' })).toMatchObject({ profileCount: 0, differences: [] })
  const { id: publicationId } = await publications.createPublication({ targetId: 'scim' })
  expect(await failureOf(Array.fromAsync(other.downloadPublication({ publicationId })))).toMatch(/^NotFound/)
})

test('the files are the same bytes each time, for every target, until a later publication takes their place', async () => {
  const ofEntra = await profiles.createAccessProfile({
    accessProfile: { displayName: 'Of Entra' },
    entitlements: [reference('entra', '6f1a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c')],
  })
  for (const { id: targetId } of (await publications.listTargets({})).targets) {
    const { id } = await publications.createPublication({ targetId })
    const once = await bytesOf(id)
    expect(await bytesOf(id)).toBe(once)
    const later = await publications.createPublication({ targetId, accessProfileIds: [ids.sellers] })
    expect(await failureOf(Array.fromAsync(publications.downloadPublication({ publicationId: id })))).toMatch(
      /^FailedPrecondition: a later publication/,
    )
    expect(await bytesOf(later.id)).not.toBe(once)
  }
  await profiles.deleteAccessProfile({ accessProfileId: ofEntra.id })
  expect((await publications.listTargets({})).targets.map(({ id }) => id)).toEqual(targets.map(({ id }) => id))
})

test('CSV: profiles, what they give and their rules are the same in another organisation that imports the files', async () => {
  const { id } = await publications.createPublication({ targetId: 'csv' })
  const { target, profiles: published } = await recorded((sql) => publicationFiles(sql, id))
  const texts = Object.fromEntries(
    target
      .files(published)
      .filter(({ name }) => name !== 'access_profile_members.csv')
      .map(({ name, content }) => [name, [...content()].join('')]),
  )
  const other = await running.database.tenantId()
  const { sql } = running.database.database
  const made = await createImport(sql, other, { createdBy: 'tester', skipInvalid: false })
  for (const [name, text] of Object.entries({ ...files, ...texts }))
    await uploadImportFile(sql, other, made.id, name, once(text))
  await commitImport(sql, other, made.id, {
    participants: [
      async (scoped, { accessProfiles = [] }) => {
        expect(await importAccessProfiles(scoped, other, accessProfiles)).toEqual([])
      },
    ],
  })
  const theirs = running.client(ProfileService, other)
  const described = async (client: Client<typeof ProfileService>) => {
    const { accessProfiles } = await client.listAccessProfiles({})
    return Promise.all(
      accessProfiles.map(async ({ id: accessProfileId, displayName, description, celExpression, commonAccess }) => {
        const { entitlements } = await client.listAccessProfileEntitlements({ accessProfileId })
        const given = entitlements.map(({ applicationId, entitlementId }) => [applicationId, entitlementId])
        return { displayName, description, celExpression, commonAccess, given }
      }),
    )
  }
  const [ours, came] = [await described(profiles), await described(theirs)]
  expect(came).toEqual(ours)
  expect(came.length).toBe(2)
})

test('Terraform: what is written says what the calls that the provider reads back by answer, entries in their order', async () => {
  const refs = ['writer', 'reader'].map((id) => ({ appId: 'git', id })).concat({ appId: 'npm', id: '@acme/x' })
  await catalogs.updateAppEntitlements({ catalogId: ids.sellers, appEntitlements: refs.toReversed() })
  const { id } = await publications.createPublication({ targetId: 'terraform-c1' })
  const { profiles: published } = await recorded((sql) => publicationFiles(sql, id))
  for (const profile of published) {
    const { requestCatalogView } = await catalogs.get({ id: profile.id })
    expect(requestCatalogView?.requestCatalog).toMatchObject({
      displayName: profile.displayName,
      description: profile.description,
    })
    const readBack = await catalogs.listAllEntitlementIdsPerApp({ catalogId: profile.id })
    expect(readBack.refs.map(({ appId, id: entitlementId }) => [appId, entitlementId])).toEqual(
      profile.entitlements.map((one) => [one.applicationId, one.id]),
    )
    if (profile.celExpression === '')
      expect(await failureOf(catalogs.getBundleAutomation({ requestCatalogId: profile.id }))).toMatch(/^NotFound/)
    else
      expect(await catalogs.getBundleAutomation({ requestCatalogId: profile.id })).toMatchObject({
        enabled: profile.automationEnabled,
        createTasks: profile.createTasks,
        conditions: { case: 'cel', value: { expression: profile.celExpression } },
      })
  }
})

test('who is erased is in no file any more, and in nothing that was recorded', async () => {
  const { id } = await publications.createPublication({ targetId: 'scim' })
  const { owner } = running.database
  const { key } = (
    await owner.sql<{ key: number }[]>`
    select key from identities where tenant_id = ${tenantId} and id = 'e1'`
  )[0]!
  const person = { id: 'e1', key, names: ['Ada', 'ada@x.test'] }
  await owner.sql.begin((sql) => eraseFromPublications(sql, tenantId, person))
  const { target, profiles: published } = await recorded((sql) => publicationFiles(sql, id))
  const text = target.files(published).flatMap(({ content }) => [...content()])
  expect(text.join('')).not.toMatch(/Ada|"e1"/)
  expect(published.find((one) => one.id === ids.engineers)?.owner).toBeUndefined()
})

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
