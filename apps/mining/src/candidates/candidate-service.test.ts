import { randomUUID } from 'node:crypto'
import {
  CandidateKind,
  type CandidateRuleSchema,
  type CandidateSchema,
} from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  CandidateService,
  Combination,
  ComparedSide,
  DraftStep_Kind as Kind,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { createAccessProfile } from '@assay/profiles'
import { inTenant } from '@assay/store'
import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { candidateService } from './candidate-service.ts'

let running: TestService
let tenantId: number

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(CandidateService, candidateService(service)))
})
afterAll(() => running?.stop())

const people = [
  'id,display_name,department,job_title',
  ...names('A', 6, 'Sales,Clerk'),
  ...names('B', 6, 'Finance,Clerk'),
]
const grants = [
  'identity_id,application_id,entitlement_id',
  ...['A1', 'A2', 'A3', 'A4', 'A5', 'A6'].flatMap((id) => [`${id},crm,read`, `${id},crm,write`]),
  ...['B1', 'B2', 'B3', 'B4', 'B5', 'B6'].map((id) => `${id},ledger,book`),
  'B1,crm,read',
]

function names(letter: string, count: number, rest: string): string[] {
  return Array.from({ length: count }, (_, i) => `${letter}${i + 1},${letter} ${i + 1},${rest}`)
}

const files = (rows: readonly string[] = grants, who: readonly string[] = people) => ({
  'identities.csv': `${who.join('\n')}\n`,
  'grants.csv': `${rows.join('\n')}\n`,
})

beforeEach(async () => {
  tenantId = await running.database.tenantId(`t-${randomUUID().slice(0, 8)}`)
  await importFiles(running.database.database.sql, tenantId, files())
})

const client = (tenant = tenantId) => running.client(CandidateService, tenant)
type CandidateInit = Exclude<MessageInitShape<typeof CandidateSchema>, Message>
const crm = (...ids: string[]) => ids.map((entitlementId) => ({ applicationId: 'crm', entitlementId }))

type RuleInit = NonNullable<Exclude<MessageInitShape<typeof CandidateRuleSchema>, Message>['rule']>

const adHoc = (entitlements: ReturnType<typeof crm>, rule: RuleInit = { case: undefined }): CandidateInit => ({
  source: { case: 'adHoc', value: { entitlements, rule: { rule } } },
})
const departmentIs = (value: string): RuleInit => ({
  case: 'filters',
  value: { filters: [{ attribute: 'department', values: [value] }] },
})
const sellers = adHoc(crm('read', 'write'), departmentIs('Sales'))
const everyClerk = adHoc(crm('read'), {
  case: 'filters',
  value: { filters: [{ attribute: 'job_title', values: ['Clerk'] }] },
})

async function idsOf(candidate: CandidateInit): Promise<string[]> {
  const { identities } = await client().listCandidateIdentities({ candidate, pageSize: 100 })
  return identities.map(({ identityId }) => identityId)
}

async function givenBy(candidate: CandidateInit): Promise<string[]> {
  const { entitlements } = await client().listCandidateEntitlements({ candidate, pageSize: 100 })
  return entitlements.map(({ entitlementId }) => entitlementId)
}

const draft = (value: string): CandidateInit => ({ source: { case: 'draftId', value } })

test('filters, CEL and lists of people mean the same people', async () => {
  const rules: readonly RuleInit[] = [
    departmentIs('Sales'),
    { case: 'celExpression', value: 'subject.department == "Sales"' },
    { case: 'identities', value: { identityIds: ['A6', 'A5', 'A4', 'A3', 'A2', 'A1', 'A1'] } },
  ]
  for (const rule of rules) {
    expect(await idsOf(adHoc(crm('read'), rule))).toEqual(['A1', 'A2', 'A3', 'A4', 'A5', 'A6'])
  }
  const resolved = await client().resolveCandidate({ candidate: sellers })
  expect(resolved).toMatchObject({
    entitlementCount: 2,
    peopleCount: 6,
    serviceCount: 0,
    disabledCount: 0,
    stale: false,
  })
})

test('a suggestion of a former load is stale, its people are those who match now, and what is gone is counted', async () => {
  const { sql } = running.database.database
  const all = [...people, ...names('S', 60, 'Sales,Clerk'), ...names('F', 60, 'Finance,Clerk')]
  const held = Array.from({ length: 60 }, (_, i) => [
    `S${i + 1},crm,read`,
    `S${i + 1},crm,write`,
    `F${i + 1},ledger,book`,
  ])
  await importFiles(sql, tenantId, files([...grants, ...held.flat()], all))
  await analyse(sql, tenantId)
  const rows = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ id: string }[]>`select id from role_mining_suggestions`,
  )
  expect(rows).not.toEqual([])
  const candidate: CandidateInit = { source: { case: 'suggestionId', value: rows[0]!.id } }
  const before = await client().resolveCandidate({ candidate })
  expect(before).toMatchObject({ stale: false, goneEntitlementCount: 0 })
  expect(before.sourceImportId).toBe(before.importId)
  const importId = await importFiles(
    sql,
    tenantId,
    files(['identity_id,application_id,entitlement_id', 'A1,crm,write', 'B1,ledger,book']),
  )
  const after = await client().resolveCandidate({ candidate })
  expect(after).toMatchObject({ stale: true, importId, sourceImportId: before.importId, etag: before.etag })
  expect(after.version).not.toBe(before.version)
  expect(after.entitlementCount + after.goneEntitlementCount).toBe(before.entitlementCount)
})

test('a comparison tells what is in both and in one only, and lists each side', async () => {
  const comparison = await client().compareCandidates({ first: sellers, second: everyClerk })
  expect(comparison.entitlements).toMatchObject({ both: 1n, firstOnly: 1n, secondOnly: 0n, similarity: 0.5 })
  expect(comparison.identities).toMatchObject({ both: 6n, firstOnly: 0n, secondOnly: 6n })
  // 6 people hold one entitlement in both; each candidate has 12 cells.
  expect(comparison.cells).toMatchObject({ both: 6n, firstOnly: 6n, secondOnly: 6n })
  const listed: string[] = []
  let pageToken = ''
  do {
    const page = await client().listComparedIdentities({
      first: sellers,
      second: everyClerk,
      side: ComparedSide.SECOND_ONLY,
      pageSize: 4,
      pageToken,
    })
    expect(page.totalSize).toBe(6)
    listed.push(...page.identities.map(({ identityId, heldCount }) => `${identityId} ${heldCount}`))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(listed).toEqual(['B1 1', 'B2 0', 'B3 0', 'B4 0', 'B5 0', 'B6 0'])
  const first = await client().listComparedEntitlements({
    first: sellers,
    second: everyClerk,
    side: ComparedSide.FIRST_ONLY,
  })
  expect(first.entitlements).toMatchObject([{ entitlementId: 'write', holderCount: 6, peopleCount: 12 }])
})

test('a merge is what any or all have, with its lineage; the parts of a split are together the whole', async () => {
  const merged = await client().mergeCandidates({ candidates: [sellers, everyClerk], displayName: 'Both' })
  expect(merged).toMatchObject({ displayName: 'Both', candidate: { entitlementCount: 2, peopleCount: 12 } })
  expect(merged.lineage).toMatchObject([
    {
      kind: Kind.MERGED,
      madeBy: 'e-1',
      entitlementCount: 2,
      identityCount: 12,
      sources: [{ kind: CandidateKind.AD_HOC }, { kind: CandidateKind.AD_HOC }],
    },
  ])
  const shared = await client().mergeCandidates({
    candidates: [sellers, everyClerk],
    people: Combination.INTERSECTION,
    entitlements: Combination.INTERSECTION,
  })
  expect(shared.candidate).toMatchObject({ entitlementCount: 1, peopleCount: 6 })
  const { first, second } = await client().splitCandidate({
    candidate: draft(merged.id),
    by: { case: 'people', value: { rule: { case: 'identities', value: { identityIds: ['A1', 'A2', 'B1'] } } } },
  })
  expect([first?.displayName, first?.candidate?.peopleCount]).toEqual(['Both (1 of 2)', 3])
  expect([second?.displayName, second?.candidate?.peopleCount]).toEqual(['Both (2 of 2)', 9])
  const byAccess = await client().splitCandidate({
    candidate: sellers,
    by: { case: 'entitlements', value: { entitlements: crm('read') } },
  })
  expect([await givenBy(draft(byAccess.first?.id ?? '')), await givenBy(draft(byAccess.second?.id ?? ''))]).toEqual([
    ['read'],
    ['write'],
  ])
})

test('an edited draft keeps what people changed when the data change', async () => {
  const made = await client().createDraft({
    candidate: {
      ...sellers,
      edits: {
        addedEntitlements: [{ applicationId: 'ledger', entitlementId: 'book' }],
        removedEntitlements: crm('write'),
        addedIdentityIds: ['B2'],
        removedIdentityIds: ['A1'],
      },
    },
    displayName: 'Mine',
  })
  expect(await idsOf(draft(made.id))).toEqual(['A2', 'A3', 'A4', 'A5', 'A6', 'B2'])
  const newcomers = [...people, 'C1,C 1,Sales,Clerk']
  await importFiles(running.database.database.sql, tenantId, files(grants, newcomers))
  expect(await idsOf(draft(made.id))).toEqual(['A2', 'A3', 'A4', 'A5', 'A6', 'B2', 'C1'])
  expect(await givenBy(draft(made.id))).toEqual(['read', 'book'])
  const edited = await client().updateDraft({ draftId: made.id, etag: made.etag, edits: { displayName: 'Theirs' } })
  expect(edited).toMatchObject({ displayName: 'Theirs', candidate: { entitlementCount: 2, peopleCount: 7 } })
  expect(edited.lineage.map(({ kind }) => kind)).toEqual([Kind.CREATED, Kind.EDITED])
})

test('a draft whose source is gone is what it was when it was saved', async () => {
  const { sql } = running.database.database
  const profile = await inTenant(sql, tenantId, (scoped) =>
    createAccessProfile(scoped, tenantId, {
      displayName: 'Sellers',
      createdBy: 'test',
      celExpression: 'subject.department == "Sales"',
      enableAutomation: true,
      entitlements: crm('read'),
    }),
  )
  const source: CandidateInit = { source: { case: 'accessProfileId', value: profile.id } }
  const made = await client().createDraft({ candidate: source })
  expect(made.candidate?.ownAccessProfileIds).toEqual([profile.id])
  await inTenant(sql, tenantId, (scoped) => scoped`delete from access_profiles where id = ${profile.id}`)
  expect((await client().getDraft({ draftId: made.id })).candidate).toMatchObject({
    entitlementCount: 1,
    peopleCount: 6,
  })
  expect(await failureOf(client().updateDraft({ draftId: made.id, etag: made.etag }))).toMatch(
    /^FailedPrecondition: .*does not exist any more/,
  )
})

test('of two edits that race one wins, and the other is told', async () => {
  const { id, etag } = await client().createDraft({ candidate: sellers })
  const edits = ['One', 'Two'].map((displayName) => client().updateDraft({ draftId: id, etag, edits: { displayName } }))
  const outcomes = await Promise.allSettled(edits)
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await failureOf(client().deleteDraft({ draftId: id, etag }))).toMatch(/^Aborted: draft ".*" has etag/)
  expect(await failureOf(client().resolveCandidate({ candidate: { ...draft(id), etag } }))).toMatch(/^Aborted: draft/)
  const now = await client().getDraft({ draftId: id })
  expect((await client().resolveCandidate({ candidate: { ...draft(id), etag: now.etag } })).displayName).toBe(
    now.displayName,
  )
})

test('the same request makes one draft', async () => {
  const requests = Array.from({ length: 3 }, () => client().createDraft({ candidate: sellers, requestId: 'once' }))
  expect(new Set((await Promise.all(requests)).map(({ id }) => id)).size).toBe(1)
  expect((await client().listDrafts({})).drafts).toHaveLength(1)
})

test('a draft names who made it, who changed it last, and who took each step; an unknown user has an id only', async () => {
  const [made] = [await client().createDraft({ candidate: sellers })]
  expect([made.createdBy, made.createdByDisplayName, made.updatedByDisplayName]).toEqual(['e-1', '', ''])
  await importFiles(running.database.database.sql, tenantId, files(grants, [...people, 'e-1,Ada,HR,Lead']))
  const named = await client().getDraft({ draftId: made.id })
  expect([named.createdByDisplayName, named.updatedByDisplayName]).toEqual(['Ada', 'Ada'])
  expect(named.lineage).toMatchObject([{ madeBy: 'e-1', madeByDisplayName: 'Ada' }])
  expect((await client().listDrafts({})).drafts).toMatchObject([{ updatedBy: 'e-1', updatedByDisplayName: 'Ada' }])
})

test('drafts are listed by page, the last changed first', async () => {
  for (const displayName of ['1', '2', '3']) await client().createDraft({ candidate: sellers, displayName })
  const first = await client().listDrafts({ pageSize: 2 })
  const second = await client().listDrafts({ pageSize: 2, pageToken: first.nextPageToken })
  expect([...first.drafts, ...second.drafts].map(({ displayName }) => displayName)).toEqual(['3', '2', '1'])
  expect(second.nextPageToken).toBe('')
})

test('a page of data that changed since the page before is refused', async () => {
  const { nextPageToken } = await client().listCandidateIdentities({ candidate: sellers, pageSize: 2 })
  await importFiles(running.database.database.sql, tenantId, files(grants.slice(0, -1)))
  const later = client().listCandidateIdentities({ candidate: sellers, pageSize: 2, pageToken: nextPageToken })
  expect(await failureOf(later)).toMatch(/^Aborted: the candidate or the access data have changed/)
})

const empty = adHoc(crm('read'), { case: 'filters', value: { filters: [] } })
test.each<[string, CandidateInit, string]>([
  ['no source', {}, 'candidate: needs one source'],
  ['no filters', empty, 'candidate.ad_hoc.rule.filters: needs at least one filter'],
  [
    'a filter without values',
    adHoc(crm('read'), { case: 'filters', value: { filters: [{ attribute: 'department', values: [] }] } }),
    'needs at least one value',
  ],
  [
    'an attribute that is not known',
    adHoc(crm('read'), { case: 'filters', value: { filters: [{ attribute: 'shoe', values: ['9'] }] } }),
    'unknown attribute "shoe"',
  ],
  ['an empty rule in CEL', adHoc(crm('read'), { case: 'celExpression', value: ' ' }), 'must be a rule'],
  [
    'a wrong rule in CEL',
    adHoc(crm('read'), { case: 'celExpression', value: 'subject.shoe == 1' }),
    'candidate.ad_hoc.rule.cel_expression',
  ],
  ['nobody', adHoc(crm('read'), { case: 'identities', value: { identityIds: [] } }), 'must name 1 to 10000 people'],
  [
    'people who do not exist',
    adHoc(crm('read'), { case: 'identities', value: { identityIds: ['A1', 'X', 'Y'] } }),
    'nobody has the id "X", "Y"',
  ],
  ['no rule', adHoc(crm('read')), 'must say who is meant'],
  ['no entitlements', adHoc([], departmentIs('Sales')), 'must name 1 to 10000 entitlements'],
  [
    'entitlements that do not exist',
    adHoc(crm('read', 'fly'), departmentIs('Sales')),
    'candidate.ad_hoc.entitlements[1]: application "crm" has no entitlement "fly"',
  ],
  ['an entitlement named twice', adHoc(crm('read', 'read'), departmentIs('Sales')), 'is named twice'],
  [
    'an edit that adds and removes the same',
    { ...sellers, edits: { addedEntitlements: crm('read'), removedEntitlements: crm('read') } },
    'is added as well',
  ],
])('%s: a clear answer', async (_, candidate, message) => {
  expect(await failureOf(client().resolveCandidate({ candidate }))).toContain(message)
})

test('a thing is not merged with itself, and what belongs to another tenant does not exist', async () => {
  const { id } = await client().createDraft({ candidate: sellers })
  const twice = client().mergeCandidates({ candidates: [draft(id), { ...draft(id), edits: { displayName: 'x' } }] })
  expect(await failureOf(twice)).toContain('candidates[1]: is the same as candidates[0]')
  expect(await failureOf(client().mergeCandidates({ candidates: [sellers, sellers] }))).toContain(
    'cannot be merged with itself',
  )
  const stranger = await running.database.tenantId(`t-${randomUUID().slice(0, 8)}`)
  for (const candidate of [draft(id), draft('no-id'), { source: { case: 'suggestionId', value: id } } as const]) {
    expect(await failureOf(client(stranger).resolveCandidate({ candidate }))).toMatch(/^NotFound/)
  }
  expect(await failureOf(client(stranger).deleteDraft({ draftId: id }))).toMatch(/^NotFound/)
})

test('a draft is made of at most 64 candidates in the end', async () => {
  const lists = Array.from({ length: 9 }, (_, i) =>
    adHoc(crm('read'), { case: 'identities', value: { identityIds: [`A${(i % 6) + 1}`, `B${(i % 5) + 1}`] } }),
  )
  const nine = await client().mergeCandidates({ candidates: lists })
  const rest = Array.from({ length: 7 }, async (_, i) =>
    client().createDraft({ candidate: { ...draft(nine.id), edits: { displayName: `${i}` } } }),
  )
  const candidates = (await Promise.all(rest)).map(({ id }) => draft(id))
  expect((await client().mergeCandidates({ candidates })).candidate?.peopleCount).toBe(11)
  expect(await failureOf(client().mergeCandidates({ candidates: [...candidates, draft(nine.id)] }))).toContain(
    'is made of 72 candidates in total',
  )
})
