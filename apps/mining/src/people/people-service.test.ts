import { asActor, SealedTexts, secretName } from '@assay/auth'
import { encryptionKey } from '@assay/auth/testing'
import { ClientRole, ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { Actor_Type } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { Issuer_IdentityBy as IdentityBy, IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { PeopleService } from '@assay/contracts/assay/people/v1/people_service_pb'
import { Role } from '@assay/contracts/assay/people/v1/person_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { recordEntry } from '@assay/ledger'
import { inTenant } from '@assay/store'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientService } from '../clients/client-service.ts'
import { ledgerService } from '../ledger/ledger-service.ts'
import { profileService } from '../profiles/profile-service.ts'
import { reviewService } from '../reviews/review-service.ts'
import { failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { issuerService } from './issuer-service.ts'
import { peopleService } from './people-service.ts'

let running: TestService
let tenant: number
let people: Client<typeof PeopleService>
let issuers: Client<typeof IssuerService>
let ledger: Client<typeof LedgerService>
/** The issuer of all tests, and a person who signs in through it and is not an identity. */
let issuerId: string
const person = 'person-11111111-1111-8111-8111-111111111111'
const caller = {
  clientId: person,
  identityId: person,
  displayName: 'Ada Byron',
  dialect: 'assay',
  person: { issuer: 'https://login.example.com', subject: 'ada', name: 'Ada Byron' },
}

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(PeopleService, peopleService(service))
    router.service(IssuerService, issuerService(service))
    router.service(ClientService, clientService(service))
    router.service(LedgerService, ledgerService(service))
    router.service(ReviewService, reviewService(service))
    router.service(ProfileService, profileService(service))
  })
  const { sql } = running.database.database
  tenant = await running.database.tenantId('tenant')
  await importFiles(sql, tenant, {
    'identities.csv': 'id,display_name,department,manager_id\nann,Ann Lee,Sales,\nbob,Bob Ray,IT,ann\n',
    'applications.csv': 'id,display_name\ncrm,Customers\n',
    'entitlements.csv': 'id,application_id\nsell,crm\n',
    'grants.csv': 'identity_id,entitlement_id\nann,sell\n',
  })
  await new SealedTexts(running.database.owner.sql, { encryptionKey }).publish()
  people = running.client(PeopleService, tenant)
  issuers = running.client(IssuerService, tenant)
  ledger = running.client(LedgerService, tenant)
  const issuer = {
    issuer: 'https://login.example.com',
    displayName: ' Acme ',
    clientId: 'assay',
    identityBy: IdentityBy.EMAIL,
  }
  const made = await issuers.createIssuer({ issuer, clientSecret: 'hush' })
  expect(made).toMatchObject({ displayName: 'Acme', groupsClaim: 'groups', identityBy: IdentityBy.EMAIL })
  issuerId = made.id
  await signsIn(person, 'ada', 'Ada Byron', ['sales', 'staff'])
})
afterAll(() => running?.stop())

/** Stores a person as a sign-in does. */
async function signsIn(id: string, subject: string, name: string, groups: readonly string[]): Promise<void> {
  await running.database.owner.sql`
    insert into console_people (tenant_id, id, issuer_id, subject, display_name, mail, groups)
    values (${tenant}, ${id}, ${issuerId}, ${subject}, ${name}, ${`${subject}@example.com`}, ${[...groups]}::text[])`
}

const give = (to: 'group' | 'person', value: string, role: Role, scope?: object) =>
  people.giveAccess({ access: { issuerId, to: { case: to, value }, role, ...(scope && { scope }) } })

const entriesAbout = async (subjectId: string) => (await ledger.listEntries({ subjectId, pageSize: 100 })).entries

test('the secret of an issuer is opened by a gateway alone, and no call shows it', async () => {
  const [row] = await running.database.owner
    .sql`select client_secret as secret from sign_in_issuers where id = ${issuerId}`
  expect(
    await new SealedTexts(running.database.owner.sql, { encryptionKey }).open(secretName(issuerId), row?.secret),
  ).toBe('hush')
  expect(
    JSON.stringify(await issuers.listIssuers({}), (_, value) => (typeof value === 'bigint' ? '' : value)),
  ).not.toContain('ciphertext')
  const [entry] = await entriesAbout(issuerId)
  expect([entry?.kind, entry?.afterJson.includes('hush')]).toEqual(['issuer.create', false])
})

test.each([
  [{ issuer: 'login.example.com' }, 'issuer: must be the https address'],
  [{ issuer: 'https://x.example/?a=b' }, 'issuer: must be the https address'],
  [{ issuer: 'ftp://x.example' }, 'issuer: must be the https address'],
  [{ displayName: '  ' }, 'display_name: must have 1 to 200 characters'],
  [{ clientId: '' }, 'client_id: must have 1 to 200 characters'],
  [{ scopes: ['a b'] }, 'scopes: must be at most 20 names'],
  [{ contact: 'x'.repeat(201) }, 'contact: must have 0 to 200 characters'],
])('an issuer with %j is refused in words', async (change, words) => {
  const issuer = { issuer: 'https://other.example.com', displayName: 'Other', clientId: 'assay', ...change }
  const failure = await failureOf(issuers.createIssuer({ issuer }))
  expect(failure).toMatch(/^InvalidArgument: /)
  expect(failure).toContain(words)
})

test('an issuer that is there is not made twice, and one that is not there is not removed', async () => {
  const issuer = { issuer: 'https://login.example.com', displayName: 'Again', clientId: 'assay' }
  expect(await failureOf(issuers.createIssuer({ issuer }))).toContain('AlreadyExists: ')
  expect(await failureOf(issuers.deleteIssuer({ issuerId: '0123456789abcdef' }))).toContain('NotFound: ')
})

test('what is given to groups and people is listed with whom they see, changes by giving it again, and is taken back', async () => {
  const first = await give('group', 'sales', Role.REVIEWER, {
    filters: [{ attribute: 'department', values: ['Sales'] }],
  })
  const again = await give('group', 'sales', Role.AUDITOR)
  expect(again.id).toBe(first.id)
  await give('person', 'Bob@Example.com', Role.ADMIN)
  const { access } = await people.listGivenAccess({})
  expect(access.map(({ to, role, scope }) => [to.case, to.value, role, scope])).toEqual([
    ['group', 'sales', Role.AUDITOR, undefined],
    ['person', 'bob@example.com', Role.ADMIN, undefined],
  ])
  // Scopes that no access uses are deleted.
  expect(await running.database.owner.sql`select from reader_scopes`).toHaveLength(0)
  expect((await entriesAbout(first.id)).map(({ kind }) => kind)).toEqual(['access.give', 'access.give'])
  for (const { id } of access) await people.takeAccess({ accessId: id })
  expect((await people.listGivenAccess({})).access).toEqual([])
  expect(await failureOf(people.takeAccess({ accessId: first.id }))).toContain('NotFound: ')
  expect(await failureOf(people.takeAccess({ accessId: 'x' }))).toContain('NotFound: ')
})

test.each([
  [{}, 'access: needs a group or a person'],
  [{ to: { case: 'group', value: ' ' } }, 'group: must have 1 to 256 characters'],
  [{ to: { case: 'group', value: 'x' }, role: Role.UNSPECIFIED }, 'role: must be one of the roles'],
  [{ to: { case: 'group', value: 'x' }, scope: {} }, 'has no condition'],
  [{ to: { case: 'group', value: 'x' }, scope: { managerId: 'nobody' } }, 'nobody has the id'],
] as const)('access with %j is refused in words, and nothing is stored', async (change, words) => {
  const failure = await failureOf(
    people.giveAccess({ access: { issuerId, role: Role.AUDITOR, ...(change as object) } }),
  )
  expect(failure).toMatch(/^InvalidArgument: /)
  expect(failure).toContain(words)
  expect((await people.listGivenAccess({})).access).toEqual([])
})

test('people are listed by name, page by page, with the strongest role of what is given', async () => {
  for (const [place, name] of ['Zoe', 'Bert', 'Cleo'].entries())
    await signsIn(`person-0${place}`, name.toLowerCase(), name, ['staff'])
  const given = [await give('group', 'staff', Role.AUDITOR), await give('group', 'sales', Role.REVIEWER)]
  const first = await people.listPeople({ pageSize: 2 })
  const second = await people.listPeople({ pageSize: 2, pageToken: first.nextPageToken })
  expect([...first.people, ...second.people].map(({ displayName, role }) => [displayName, role])).toEqual([
    ['Ada Byron', Role.REVIEWER],
    ['Bert', Role.AUDITOR],
    ['Cleo', Role.AUDITOR],
    ['Zoe', Role.AUDITOR],
  ])
  expect(second.nextPageToken).toBe('')
  expect((await people.listPeople({ text: 'LEO' })).people.map(({ email }) => email)).toEqual(['cleo@example.com'])
  for (const { id } of given) await people.takeAccess({ accessId: id })
})

test('access of a person is taken back once and given back once, each with its entry, and sessions end', async () => {
  const { sql } = running.database.owner
  await sql`
    insert into console_sessions (tenant_id, id_hash, person_id, ends_at)
    values (${tenant}, sha256('one'), 'person-00', now() + interval '1 hour'),
      (${tenant}, sha256('two'), 'person-01', now() + interval '1 hour')`
  expect((await people.getPerson({ personId: 'zoe@example.com' })).sessionCount).toBe(1)
  for (let twice = 0; twice < 2; twice++)
    expect((await people.revokePerson({ personId: 'zoe@example.com' })).revokeTime).toBeDefined()
  const { sessions } = await people.listSessions({})
  expect(sessions.map(({ personId }) => personId)).toEqual(['person-01'])
  await people.endSession({ sessionId: sessions[0]?.id ?? '' })
  expect((await people.listSessions({ personId: 'person-01' })).sessions).toEqual([])
  expect((await people.restorePerson({ personId: 'person-00' })).revokeTime).toBeUndefined()
  expect((await entriesAbout('person-00')).map(({ kind }) => kind)).toEqual(['person.restore', 'person.revoke'])
  expect(await failureOf(people.getPerson({ personId: 'nobody' }))).toContain('NotFound: ')
})

test('another tenant finds nothing of it', async () => {
  const other = running.client(PeopleService, await running.database.tenantId('other'))
  expect((await other.listPeople({})).people).toEqual([])
  expect(await failureOf(other.getPerson({ personId: person }))).toContain('NotFound: ')
  expect(await failureOf(other.revokePerson({ personId: person }))).toContain('NotFound: ')
  const access = { issuerId, to: { case: 'group' as const, value: 'x' }, role: Role.ADMIN }
  expect(await failureOf(other.giveAccess({ access }))).toContain('NotFound: ')
})

test('somebody who signed in stands in the ledger by name, and is found there by id', async () => {
  const ada = { tenantId: tenant, tenant: 'tenant', role: 'reviewer', ...caller } as const
  const subject = { type: 'profile', id: 'of-ada' }
  await asActor(ada, { right: 'decide' }, 'assay.x.v1.X.Y', () =>
    inTenant(running.database.database.sql, tenant, (sql) => recordEntry(sql, { kind: 'profile.create', subject })),
  )
  const [entry] = await entriesAbout('of-ada')
  expect(entry?.actor).toMatchObject({
    type: Actor_Type.PERSON,
    id: person,
    displayName: 'Ada Byron',
    personId: '',
    role: 'reviewer',
    right: 'decide',
  })
  const { entries } = await ledger.listEntries({ actorId: person, pageSize: 10 })
  expect(entries.map(({ id: one }) => one)).toEqual([entry?.id])
})

test('a review is given to somebody who signed in, by mail address or id, and decided on by that person', async () => {
  const profiles = running.client(ProfileService, tenant)
  const { id: accessProfileId } = await profiles.createAccessProfile({
    accessProfile: { displayName: 'Reviewed' },
    entitlements: [{ applicationId: 'crm', entitlementId: 'sell' }],
  })
  const owner = running.client(ReviewService, tenant, 'role-miner')
  const items = [{ candidate: { source: { case: 'accessProfileId' as const, value: accessProfileId } } }]
  const { id: reviewId } = await owner.createReview({ displayName: 'R', reviewerIds: ['ADA@example.com'], items })
  const [item] = (await owner.listReviewItems({ reviewId })).items
  expect(item?.reviewerIds).toEqual([person])
  expect(
    (await owner.assignReviewItem({ itemId: item?.id ?? '', reviewerIds: [person, 'ann'] })).reviewerIds,
  ).toHaveLength(2)
  const ada = running.client(ReviewService, tenant, 'reviewer', caller)
  expect((await ada.listMyReviewItems({})).items.map(({ id }) => id)).toEqual([item?.id])
  const decided = await ada.decideReviewItem({ itemId: item?.id ?? '', verdict: 1 })
  expect(decided.decision?.verdict).toBe(1)
  // Now the issuer says which identity she is; she keeps the items that she was given before.
  const later = running.client(ReviewService, tenant, 'reviewer', { ...caller, identityId: 'ada-of-the-data' })
  expect((await later.listMyReviewItems({ includeDecided: true })).items.map(({ id }) => id)).toEqual([item?.id])
  expect((await later.addReviewComment({ itemId: item?.id ?? '', text: 'Mine' })).text).toBe('Mine')
  expect(await failureOf(owner.createReview({ displayName: 'R', reviewerIds: ['eve@example.com'], items }))).toContain(
    'nobody who signed in has the id "eve@example.com"',
  )
})

/** A scope whose conditions contain ids. */
const byIds = {
  filters: [
    { attribute: 'manager', values: ['ann'] },
    { attribute: 'department', values: ['IT'] },
  ],
  managerId: 'ann',
  applicationIds: ['crm'],
}
const named = {
  ...byIds,
  managerDisplayName: 'Ann Lee',
  applicationDisplayNames: { crm: 'Customers' },
  valueNames: [{ attribute: 'manager', value: 'ann', displayName: 'Ann Lee' }],
}

test('a scope has the names of those whom it has by ids, whether a group has it or an API client', async () => {
  const given = await give('group', 'it', Role.AUDITOR, byIds)
  expect(given.scope).toMatchObject(named)
  expect((await people.listGivenAccess({})).access).toMatchObject([{ scope: named }])
  await people.takeAccess({ accessId: given.id })
  const clients = running.client(ClientService, tenant)
  const { client } = await clients.createClient({
    displayName: 'Of Bob',
    role: ClientRole.AUDITOR,
    identityId: 'bob',
  })
  const clientId = client?.clientId ?? ''
  const bound = await clients.scopeClient({ clientId, readerScope: byIds })
  expect(bound).toMatchObject({ identityDisplayName: 'Bob Ray', readerScope: named })
  expect((await clients.listClients({})).clients.find((one) => one.clientId === clientId)).toEqual(bound)
})

test('an API client administers others, and neither binds nor takes out itself', async () => {
  const clients = running.client(ClientService, tenant)
  const { client: made } = await clients.createClient({ displayName: 'Admin', role: ClientRole.ADMIN })
  const clientId = made?.clientId ?? ''
  const itself = running.client(ClientService, tenant, 'admin', { clientId })
  const readerScope = { filters: [{ attribute: 'department', values: ['Sales'] }] }
  expect(await failureOf(itself.scopeClient({ clientId, readerScope }))).toMatch(
    /^FailedPrecondition: a client cannot bind itself/,
  )
  expect(await failureOf(itself.revokeClient({ clientId }))).toMatch(
    /^FailedPrecondition: a client cannot revoke itself/,
  )
  const { clients: listed, dialects } = await clients.listClients({})
  expect(listed).toContainEqual(made)
  const { client: other } = await itself.createClient({
    displayName: 'Other',
    role: ClientRole.AUDITOR,
    dialect: dialects.at(-1) ?? '',
  })
  const bound = await itself.scopeClient({ clientId: other?.clientId ?? '', readerScope })
  expect(bound).toMatchObject({ dialect: 'sailpoint', readerScope })
  expect((await itself.revokeClient({ clientId: bound.clientId })).revokeTime).toBeDefined()
  expect(await failureOf(itself.scopeClient({ clientId: bound.clientId }))).toContain('NotFound')
})
