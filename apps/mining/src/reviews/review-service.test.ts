import { Readable } from 'node:stream'
import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { type InboxCandidate, InboxService, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DecisionService, DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import {
  CarriedOut_Result as Result,
  type ReviewItem,
  ReviewItemCondition,
  Verdict,
} from '@assay/contracts/assay/review/v1/review_pb'
import {
  ExportEvidenceRequest_Format as Format,
  ReviewService,
} from '@assay/contracts/assay/review/v1/review_service_pb'
import { verifyPack } from '@assay/reviews'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { Client } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decisionService } from '../decision-service.ts'
import { inboxService } from '../inbox/inbox-service.ts'
import { ledgerService } from '../ledger/ledger-service.ts'
import { profileService } from '../profiles/profile-service.ts'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { reviewService } from './review-service.ts'

const organisation = generateOrganisation({ seed: 5, identityCount: 300 })
const files = Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
const [ownerId = '', annaId = '', benId = ''] = organisation.identities.map(({ id }) => id)
const missing = '00000000-0000-4000-8000-000000000000'

let running: TestService
let tenant: number
let owner: Client<typeof ReviewService>
let anna: Client<typeof ReviewService>
let ben: Client<typeof ReviewService>
let auditor: Client<typeof ReviewService>
let stranger: Client<typeof ReviewService>
let inbox: Client<typeof InboxService>
let profiles: Client<typeof ProfileService>
let ledger: Client<typeof LedgerService>
let decisions: Client<typeof DecisionService>
let suggestions: readonly string[]

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(ReviewService, reviewService(service))
    router.service(InboxService, inboxService(service))
    router.service(DecisionService, decisionService(service))
    router.service(LedgerService, ledgerService(service))
    router.service(ProfileService, profileService(service))
  })
  tenant = await running.database.tenantId('tenant')
  await importFiles(running.database.database.sql, tenant, files)
  await analyse(running.database.database.sql, tenant)
  owner = running.client(ReviewService, tenant, 'role-miner', { identityId: ownerId })
  anna = running.client(ReviewService, tenant, 'reviewer', { identityId: annaId })
  ben = running.client(ReviewService, tenant, 'reviewer', { identityId: benId })
  auditor = running.client(ReviewService, tenant, 'auditor')
  stranger = running.client(ReviewService, await running.database.tenantId('stranger'), 'admin', { identityId: annaId })
  inbox = running.client(InboxService, tenant)
  profiles = running.client(ProfileService, tenant)
  ledger = running.client(LedgerService, tenant)
  decisions = running.client(DecisionService, tenant)
  const { candidates } = await inbox.listInboxCandidates({ states: [InboxState.OPEN], pageSize: 100 })
  suggestions = candidates.filter(({ entitlementCount }) => entitlementCount > 1).map(({ id }) => id)
})
afterAll(() => running?.stop())

/** Suggestions that no other test uses. */
let taken = 0
function fresh(count: number) {
  const some = suggestions.slice(taken, taken + count)
  taken += count
  if (some.length < count) throw new Error('too few suggestions for these tests')
  return some
}

const itemOf = (id: string) => ({ candidate: { source: { case: 'suggestionId' as const, value: id } } })
const profileItem = (id: string) => ({ candidate: { source: { case: 'accessProfileId' as const, value: id } } })

type ItemInit = ReturnType<typeof itemOf> | ReturnType<typeof profileItem>

async function reviewOf(items: readonly ItemInit[], more = {}) {
  const review = await owner.createReview({
    displayName: 'Quarterly',
    note: 'Please look closely',
    reviewerIds: [annaId, benId],
    items: [...items],
    ...more,
  })
  const listed = await owner.listReviewItems({ reviewId: review.id, pageSize: 100 })
  return { review, items: listed.items }
}

const approve = (item: ReviewItem, more = {}) => ({ itemId: item.id, verdict: Verdict.APPROVED, ...more })
const entriesAbout = async (subjectId: string) => (await ledger.listEntries({ subjectId, pageSize: 100 })).entries

test('a review goes its way: given, listed, read, decided, closed, carried out, each step an entry', async () => {
  const [first, second, third] = fresh(3)
  const { review, items } = await reviewOf([first, second, third].map((id) => itemOf(id ?? '')))
  const mine = (await anna.listMyReviewItems({ pageSize: 100 })).items.filter(({ reviewId }) => reviewId === review.id)
  expect(mine.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
  const read = await anna.getReviewItem({ itemId: items[1]?.id ?? '' })
  expect(read).toMatchObject({ condition: ReviewItemCondition.SAME, etag: items[1]?.etag })
  const { candidate } = await inboxCandidate(second ?? '')
  expect(
    read.candidate?.entitlements
      .map(({ entitlementId, holderCount, gainCount }) => [entitlementId, holderCount, gainCount])
      .toSorted(),
  ).toEqual(
    candidate.entitlements
      .map(({ entitlementId, holderCount }) => [entitlementId, holderCount, candidate.peopleCount - holderCount])
      .toSorted(),
  )
  const leftOut = (read.candidate?.entitlements ?? [])
    .slice(0, 1)
    .map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId }))
  await anna.decideReviewItem({ itemId: items[0]?.id ?? '', verdict: Verdict.APPROVED })
  await anna.decideReviewItem({ itemId: read.id, etag: read.etag, verdict: Verdict.APPROVED_IN_PART, leftOut })
  await ben.decideReviewItem({
    itemId: items[2]?.id ?? '',
    verdict: Verdict.REJECTED,
    reason: DismissalReason.TOO_BROAD,
    comment: 'Too many of them',
  })
  expect(await failureOf(owner.carryOutReview({ reviewId: review.id }))).toContain('is open; close it first')
  const closed = await owner.closeReview({ reviewId: review.id })
  expect(closed.sums).toMatchObject({ items: 3, undecided: 0, approved: 1, approvedInPart: 1, rejected: 1 })
  // Two calls at once have the same effect as one.
  const [done, again] = await Promise.all([1, 2].map(() => owner.carryOutReview({ reviewId: review.id })))
  if (done === undefined) throw new Error('no answer')
  for (const item of again?.items ?? []) expect(done.items).toContainEqual(item)
  expect(done.items.map(({ carriedOut }) => carriedOut?.result)).toEqual([Result.DONE, Result.DONE, Result.DONE])
  expect((await owner.carryOutReview({ reviewId: review.id })).items).toEqual([])
  const profile = await profiles.getAccessProfile({ accessProfileId: done.items[1]?.carriedOut?.accessProfileId ?? '' })
  expect(profile.entitlementCount).toBe(candidate.entitlementCount - 1)
  const { dismissals } = await decisions.listDismissals({ pageSize: 100 })
  expect(dismissals.find(({ suggestionId }) => suggestionId === third)?.reason).toBe(DismissalReason.TOO_BROAD)
  expect((await entriesAbout(review.id)).map(({ kind }) => kind).toSorted()).toEqual(['review.close', 'review.create'])
  expect((await entriesAbout(items[2]?.id ?? '')).map(({ kind }) => kind)).toEqual([
    'review.carry_out',
    'review.decide',
  ])
})

async function inboxCandidate(candidateId: string) {
  return { candidate: await inbox.getInboxCandidate({ candidateId }) }
}

test('two reviewers at once: the second is refused, and changes the decision only with the etag that it has then', async () => {
  const { items } = await reviewOf(fresh(1).map(itemOf))
  const [item] = items
  if (item === undefined) throw new Error('no item')
  const both = await Promise.allSettled(
    [anna, ben].map((one) => one.decideReviewItem(approve(item, { etag: item.etag }))),
  )
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const reject = { itemId: item.id, verdict: Verdict.REJECTED }
  expect(await failureOf(ben.decideReviewItem(reject))).toMatch(/^Aborted: .*decided on it/)
  expect(await failureOf(ben.decideReviewItem({ ...reject, etag: item.etag }))).toMatch(/^Aborted/)
  const { etag } = await ben.getReviewItem({ itemId: item.id })
  const changed = await ben.decideReviewItem({ ...reject, etag })
  expect(changed.decision).toMatchObject({ verdict: Verdict.REJECTED, decidedBy: benId })
  const [last] = await entriesAbout(item.id)
  expect(JSON.parse(last?.beforeJson ?? '{}')).toMatchObject({ verdict: 'approved' })
})

test('a review closes with its last decision where its owner wanted that, and then nothing changes', async () => {
  const { review, items } = await reviewOf(fresh(1).map(itemOf), { closeWhenDecided: true })
  const [item] = items
  if (item === undefined) throw new Error('no item')
  await anna.decideReviewItem(approve(item))
  expect(await owner.getReview({ reviewId: review.id })).toMatchObject({ closedBy: annaId })
  const { etag } = await anna.getReviewItem({ itemId: item.id })
  expect(await failureOf(anna.decideReviewItem(approve(item, { etag })))).toMatch(/^FailedPrecondition: .*was closed/)
  expect(await failureOf(anna.carryOutReview({ reviewId: review.id }))).toMatch(/^PermissionDenied/)
})

test('what is decided elsewhere meanwhile fails by itself and says why, and can be tried once more', async () => {
  const ids = fresh(2)
  const { review, items } = await reviewOf(ids.map(itemOf))
  for (const item of items) await anna.decideReviewItem(approve(item))
  await inbox.batchDecide({ decisions: [{ candidateId: ids[0] ?? '', outcome: { case: 'accept', value: {} } }] })
  await owner.closeReview({ reviewId: review.id })
  const { items: done } = await owner.carryOutReview({ reviewId: review.id })
  expect(done.map(({ carriedOut }) => carriedOut?.result)).toEqual([Result.FAILED, Result.DONE])
  expect(done[0]?.carriedOut?.message).toContain('accepted')
  const again = await owner.carryOutReview({ reviewId: review.id, retryFailed: true })
  expect(again.items.map(({ number }) => number)).toEqual([1])
  expect((await owner.getReview({ reviewId: review.id })).sums).toMatchObject({ carriedOut: 1, failed: 1 })
})

test('an access profile loses what was left out; one that changed after the decision is left as it is; one that is gone can be rejected', async () => {
  const [a, b, c] = [await newProfile(), await newProfile(), await newProfile()]
  const { review, items } = await reviewOf([a, b, c].map(profileItem))
  const [first, second, third] = items
  if (first === undefined || second === undefined || third === undefined) throw new Error('no items')
  const { candidate } = await anna.getReviewItem({ itemId: first.id })
  const { applicationId, entitlementId } = (candidate?.entitlements ?? [])[0]!
  const inPart = { verdict: Verdict.APPROVED_IN_PART, leftOut: [{ applicationId, entitlementId }] }
  await anna.decideReviewItem({ itemId: first.id, ...inPart })
  await anna.decideReviewItem({ itemId: second.id, ...inPart })
  await profiles.updateAccessProfile({
    accessProfile: { id: b, description: 'Other' },
    updateMask: { paths: ['description'] },
  })
  await profiles.deleteAccessProfile({ accessProfileId: c })
  expect((await anna.getReviewItem({ itemId: third.id })).condition).toBe(ReviewItemCondition.GONE)
  expect(await failureOf(anna.decideReviewItem(approve(third)))).toMatch(
    /^FailedPrecondition: .*does not exist any more/,
  )
  await anna.decideReviewItem({ itemId: third.id, verdict: Verdict.REJECTED })
  await owner.closeReview({ reviewId: review.id })
  const { items: done } = await owner.carryOutReview({ reviewId: review.id })
  expect(done.map(({ carriedOut }) => carriedOut?.result)).toEqual([Result.DONE, Result.FAILED, Result.NOTHING_TO_DO])
  const { entitlements } = await profiles.listAccessProfileEntitlements({ accessProfileId: a })
  expect(entitlements.map((one) => one.entitlementId)).not.toContain(entitlementId)
})

async function newProfile(): Promise<string> {
  const [one, two] = organisation.entitlements
  const { id } = await profiles.createAccessProfile({
    accessProfile: { displayName: 'Profile' },
    entitlements: [one, two].map((each) => ({
      applicationId: each?.applicationId ?? '',
      entitlementId: each?.id ?? '',
    })),
  })
  return id
}

test.each([
  [{ displayName: ' ' }, 'display_name'],
  [{ items: [] }, 'items'],
  [{ reviewerIds: [] }, 'reviewer_ids: names no reviewer'],
  [{ reviewerIds: ['nobody-at-all'] }, 'reviewer_ids: no person of the access data, no API client'],
  [{ dueTime: timestampFromDate(new Date(0)) }, 'due_time'],
  [{ items: [itemOf(missing)] }, 'suggestion'],
  [{ items: [{ candidate: { source: { case: 'draftId' as const, value: missing }, edits: {} } }] }, 'edits'],
])('a review that cannot be meant is refused: %#', async (wrong, message) => {
  const request = { displayName: 'Review', reviewerIds: [annaId], items: suggestions.slice(-1).map(itemOf), ...wrong }
  expect(await failureOf(owner.createReview(request))).toContain(message)
})

test('a decision that cannot be meant is refused, and one who is no reviewer decides nothing', async () => {
  const { items } = await reviewOf(fresh(1).map(itemOf), { reviewerIds: [annaId] })
  const itemId = items[0]?.id ?? ''
  const no = (verdict: Verdict, leftOut: { applicationId: string; entitlementId: string }[] = []) =>
    failureOf(anna.decideReviewItem({ itemId, verdict, leftOut }))
  const unknown = [{ applicationId: 'no', entitlementId: 'such' }]
  expect(await no(Verdict.UNSPECIFIED)).toContain('verdict')
  expect(await no(Verdict.APPROVED_IN_PART)).toContain('left_out')
  expect(await no(Verdict.APPROVED, unknown)).toContain('left_out')
  expect(await no(Verdict.APPROVED_IN_PART, unknown)).toContain('does not contain')
  const { candidate } = await anna.getReviewItem({ itemId })
  const all = (candidate?.entitlements ?? []).map(({ applicationId, entitlementId }) => ({
    applicationId,
    entitlementId,
  }))
  expect(await no(Verdict.APPROVED_IN_PART, all)).toContain('has all entitlements of the candidate')
  expect(await failureOf(ben.decideReviewItem({ itemId, verdict: Verdict.APPROVED }))).toMatch(/^PermissionDenied/)
  expect(await failureOf(stranger.decideReviewItem({ itemId, verdict: Verdict.APPROVED }))).toMatch(/^NotFound/)
  expect((await stranger.listMyReviewItems({})).items).toEqual([])
  expect((await anna.getReviewItem({ itemId })).decision).toBeUndefined()
})

test('an item is given to others by its owner, and those who had it decide no more', async () => {
  const { items } = await reviewOf(fresh(1).map(itemOf), { reviewerIds: [annaId] })
  const itemId = items[0]?.id ?? ''
  expect(await failureOf(anna.assignReviewItem({ itemId, reviewerIds: [benId] }))).toMatch(/^PermissionDenied/)
  expect(await failureOf(owner.assignReviewItem({ itemId, reviewerIds: [] }))).toContain('names no reviewer')
  expect((await owner.assignReviewItem({ itemId, reviewerIds: [benId, ownerId, benId] })).reviewerIds).toEqual(
    [benId, ownerId].toSorted(),
  )
  expect(await failureOf(anna.decideReviewItem({ itemId, verdict: Verdict.APPROVED }))).toMatch(/^PermissionDenied/)
  await ben.decideReviewItem({ itemId, verdict: Verdict.APPROVED })
  expect((await entriesAbout(itemId)).map(({ kind }) => kind)).toEqual(['review.decide', 'review.assign'])
})

test('a page of somebody’s items goes on where the one before ended, those that are due first', async () => {
  const ids = fresh(3)
  const due = (days: number) => timestampFromDate(new Date(Date.now() + days * 86_400_000))
  const later = await reviewOf(ids.slice(0, 1).map(itemOf), { reviewerIds: [ownerId], dueTime: due(2) })
  const undated = await reviewOf(ids.slice(1, 2).map(itemOf), { reviewerIds: [ownerId] })
  const sooner = await reviewOf(ids.slice(2).map(itemOf), { reviewerIds: [ownerId], dueTime: due(1) })
  const seen: string[] = []
  let pageToken = ''
  do {
    const page = await owner.listMyReviewItems({ pageSize: 1, pageToken })
    seen.push(...page.items.map(({ reviewId }) => reviewId))
    pageToken = page.nextPageToken
  } while (pageToken !== '')
  expect(seen).toEqual([sooner, later, undated].map(({ review }) => review.id))
})

test('who is who is told by name, what is said about an item in its order, and in which reviews a candidate is', async () => {
  const [suggestion = ''] = fresh(1)
  const { review, items } = await reviewOf([itemOf(suggestion)], { reviewerIds: [annaId] })
  const itemId = items[0]?.id ?? ''
  const nameOf = (id: string) => organisation.identities.find((one) => one.id === id)?.displayName
  expect(review.owner).toMatchObject({ id: ownerId, displayName: nameOf(ownerId) })
  expect(items[0]?.reviewers).toMatchObject([{ id: annaId, displayName: nameOf(annaId) }])
  await anna.addReviewComment({ itemId, text: ' Who asked for this? ' })
  await owner.addReviewComment({ itemId, text: 'Security did' })
  expect(await failureOf(ben.addReviewComment({ itemId, text: 'Me too' }))).toMatch(/^PermissionDenied/)
  expect(await failureOf(stranger.addReviewComment({ itemId, text: 'x' }))).toMatch(/^NotFound/)
  expect(await failureOf(anna.addReviewComment({ itemId, text: '  ' }))).toContain('1 to 4096')
  expect(await failureOf(anna.addReviewComment({ itemId, text: 'x'.repeat(4097) }))).toContain('4096')
  const first = await auditor.listReviewComments({ itemId, pageSize: 1 })
  const rest = await auditor.listReviewComments({ itemId, pageSize: 1, pageToken: first.nextPageToken })
  const said = [...first.comments, ...rest.comments].map(({ author, text }) => [author?.displayName, text])
  expect([said, rest.nextPageToken]).toEqual([
    [
      [nameOf(annaId), 'Who asked for this?'],
      [nameOf(ownerId), 'Security did'],
    ],
    '',
  ])
  expect((await anna.getReviewItem({ itemId })).commentCount).toBe(2)
  expect(await entriesAbout(itemId)).toMatchObject([
    { kind: 'review.comment', comment: 'Security did' },
    { kind: 'review.comment', comment: 'Who asked for this?' },
  ])
  await anna.decideReviewItem({ itemId, verdict: Verdict.APPROVED })
  const again = await reviewOf([itemOf(suggestion)], { reviewerIds: [benId] })
  const about = { candidateKind: CandidateKind.SUGGESTION, candidateId: suggestion, pageSize: 1 }
  const newest = await auditor.listCandidateReviewItems(about)
  const before = await auditor.listCandidateReviewItems({ ...about, pageToken: newest.nextPageToken })
  expect([...newest.items, ...before.items].map((one) => one.reviewId)).toEqual([again.review.id, review.id])
  expect([before.items[0]?.decision?.decider?.displayName, before.nextPageToken]).toEqual([nameOf(annaId), ''])
  expect((await auditor.listCandidateReviewItems({ ...about, candidateKind: CandidateKind.DRAFT })).items).toEqual([])
  expect(await failureOf(auditor.listCandidateReviewItems({ ...about, candidateKind: CandidateKind.AD_HOC }))).toMatch(
    /candidate_kind: must be one of CANDIDATE_KIND_SUGGESTION, /,
  )
  expect((await anna.listMyReviewItems({ reviewId: review.id, includeDecided: true })).items).toHaveLength(1)
  expect((await anna.listMyReviewItems({ reviewId: again.review.id })).items).toEqual([])
  expect(await failureOf(anna.listMyReviewItems({ reviewId: missing }))).toMatch(/^NotFound/)
  await owner.closeReview({ reviewId: review.id })
  expect(await failureOf(owner.addReviewComment({ itemId, text: 'Too late' }))).toContain('closed')
})

test('reviewers are found by name: clients that may decide, then people; a client that acts for a person is that person', async () => {
  const { sql } = running.database.owner
  const add = (clientId: string, role: string, displayName: string, identityId: string | null = null) => sql`
    insert into api_clients (tenant_id, client_id, dialect, role, display_name, identity_id, secret_hash)
    values (${tenant}, ${clientId}, 'c1', ${role}, ${displayName}, ${identityId}, ${Buffer.alloc(32)})`
  await add('zz-bot', 'reviewer', 'Zz bot')
  await add('zz-reader', 'auditor', 'Zz reader')
  await add('zz-anna', 'reviewer', 'Zz of Anna', annaId)
  const found = await owner.searchReviewers({ text: 'zZ ' })
  const anna_ = organisation.identities.find(({ id }) => id === annaId)
  expect(found.reviewers).toMatchObject([
    { id: 'zz-bot', displayName: 'Zz bot', kind: 2, email: '' },
    { id: annaId, displayName: anna_?.displayName, kind: 1 },
  ])
  const people = await owner.searchReviewers({ text: anna_?.email ?? '' })
  expect(people.reviewers).toMatchObject([{ id: annaId, displayName: anna_?.displayName, email: anna_?.email }])
  expect((await owner.searchReviewers({ text: '', pageSize: 3 })).reviewers).toHaveLength(3)
  expect((await owner.searchReviewers({ text: "x' or true --" })).reviewers).toEqual([])
  expect((await stranger.searchReviewers({ text: 'zz' })).reviewers).toEqual([])
  const { items } = await reviewOf(fresh(1).map(itemOf), { reviewerIds: ['zz-bot'] })
  await sql`update api_clients set revoked_at = now() where client_id = 'zz-bot' and tenant_id = ${tenant}`
  const [item] = (await owner.listReviewItems({ reviewId: items[0]?.reviewId ?? '' })).items
  expect(item?.reviewers).toMatchObject([{ id: 'zz-bot', displayName: 'Zz bot' }])
  expect((await owner.searchReviewers({ text: 'zz bot' })).reviewers).toEqual([])
})

async function packOf(request: Parameters<typeof auditor.exportEvidence>[0]): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const { data } of auditor.exportEvidence(request)) pieces.push(data)
  return Buffer.concat(pieces).toString()
}

test('an evidence pack tells the items as they were decided, who decided, and the entries', async () => {
  const { review, items } = await reviewOf(fresh(2).map(itemOf), { displayName: '<script>alert(1)</script>' })
  const [item] = items
  if (item === undefined) throw new Error('no item')
  await anna.decideReviewItem({ itemId: item.id, verdict: Verdict.REJECTED, comment: '"><img src=x onerror=y>' })
  const lines = (await packOf({ reviewId: review.id, format: Format.NDJSON }))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines[0].pack).toMatchObject({ format: 1, reviewId: review.id })
  expect(lines[1].review.sums).toMatchObject({ items: 2, undecided: 1, rejected: 1 })
  expect(lines.filter((line) => 'item' in line)).toHaveLength(2)
  const kinds = lines.flatMap((line) => ('entry' in line ? line.entry.kind : []))
  expect(kinds).toEqual(['review.create', 'review.decide'])
  const told = lines.find((line) => line.entry?.kind === 'review.decide')
  expect(JSON.parse(told.values.after.value).candidateSha256).toBe(lines[2].item.candidateSha256)
  const rows = lines.map((line) => JSON.stringify(line))
  expect(await verifyPack(Readable.from(rows))).toMatchObject({
    reviews: 1,
    items: 2,
    entries: 2,
    waiting: 2,
    faults: [],
  })
  const [, , altered = ''] = rows
  for (const [find, put] of [
    ['"verdict":"rejected"', '"verdict":"approved"'],
    ['img src', 'img alt'],
    ['"peopleCount":', '"peopleCount":1'],
  ] as const) {
    const report = await verifyPack(Readable.from(rows.with(2, altered.replace(find, put))))
    expect(report.faults.join(), put).toContain(item.id)
  }
  const page = await packOf({ reviewId: review.id })
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).toContain('&quot;&gt;&lt;img src=x onerror=y&gt;')
  expect(page).not.toMatch(/<script|<img/)
  expect(page.trimEnd().endsWith('</body></html>')).toBe(true)
  const range = await packOf({ startTime: timestampFromDate(new Date(0)), format: Format.NDJSON })
  expect(range).toContain(review.id)
  expect(await failureOf(packOf({ reviewId: missing }))).toMatch(/^NotFound/)
  expect(await failureOf(packOf({}))).toContain('start_time')
})

test('a bounded reviewer sees what is assigned to him and lies wholly inside, and no sums', async () => {
  const { candidates } = await inbox.listInboxCandidates({ pageSize: 100 })
  const pairs = candidates.flatMap((one) => {
    const apart = candidates.find(isApartFrom(one))
    return apart === undefined ? [] : [[one, apart] as const]
  })
  const [inside, other] = pairs[0] ?? []
  if (inside === undefined || other === undefined) throw new Error('no two suggestions of different people')
  const filters = inside.conditions.map(({ attribute, values }) => ({ attribute, values }))
  const scopeId = crypto.randomUUID()
  const conditions = JSON.stringify({ filters, applicationIds: [] })
  await running.database.owner.sql`
    insert into reader_scopes (tenant_id, id, conditions) values (${tenant}, ${scopeId}, ${conditions}::text::jsonb)`
  const bounded = running.client(ReviewService, tenant, 'reviewer', { identityId: annaId, readerScope: scopeId })
  const given = [inside.id, other.id].map((id) => ({ ...itemOf(id), reviewerIds: [annaId] }))
  const { review, items } = await reviewOf(given, { reviewerIds: [benId] })
  const bens = await reviewOf([itemOf(inside.id)], { reviewerIds: [benId] })
  const mine = (await bounded.listMyReviewItems({ pageSize: 100 })).items.filter(
    ({ reviewId }) => reviewId === review.id,
  )
  expect(mine.map(({ id }) => id)).toEqual([items[0]?.id])
  expect((await bounded.listReviewItems({ reviewId: review.id })).items.map(({ id }) => id)).toEqual([items[0]?.id])
  expect((await bounded.getReview({ reviewId: review.id })).sums).toBeUndefined()
  expect((await bounded.listReviews({ pageSize: 100 })).reviews.map(({ id }) => id)).not.toContain(bens.review.id)
  for (const itemId of [items[1]?.id ?? '', bens.items[0]?.id ?? '']) {
    expect(await failureOf(bounded.getReviewItem({ itemId }))).toMatch(/^NotFound/)
    expect(await failureOf(bounded.decideReviewItem({ itemId, verdict: Verdict.REJECTED }))).toMatch(/^NotFound/)
  }
  expect(await failureOf(bounded.getReview({ reviewId: bens.review.id }))).toMatch(/^NotFound/)
  expect(await failureOf(bounded.closeReview({ reviewId: review.id }))).toMatch(/^PermissionDenied/)
  const seen = await bounded.getReviewItem({ itemId: items[0]?.id ?? '' })
  expect(seen.candidate).toEqual((await anna.getReviewItem({ itemId: seen.id })).candidate)
  for (const itemId of [items[1]?.id ?? '', bens.items[0]?.id ?? '']) {
    expect(await failureOf(bounded.addReviewComment({ itemId, text: 'Mine?' }))).toMatch(/^NotFound/)
    expect(await failureOf(bounded.listReviewComments({ itemId }))).toMatch(/^NotFound/)
  }
  const about = (id: string) =>
    bounded.listCandidateReviewItems({ candidateKind: CandidateKind.SUGGESTION, candidateId: id })
  const told = (await about(inside.id)).items.map(({ id }) => id)
  expect([told.includes(seen.id), told.includes(bens.items[0]?.id ?? '')]).toEqual([true, false])
  expect((await about(other.id)).items).toEqual([])
  const { author } = await bounded.addReviewComment({ itemId: seen.id, text: 'These are mine' })
  expect(author?.id).toBe(annaId)
  // The owner is shown by id only, since the name is that of a person outside the scope.
  expect((await bounded.getReview({ reviewId: review.id })).owner?.id).toBe(ownerId)
  expect(await failureOf(bounded.searchReviewers({ text: 'a' }))).toMatch(/^PermissionDenied/)
  const decided = await bounded.decideReviewItem({ itemId: seen.id, etag: seen.etag, verdict: Verdict.APPROVED })
  expect(decided.decision).toMatchObject({ verdict: Verdict.APPROVED, decidedBy: annaId })
})

/** Whether a candidate has other people: the same attribute has different values. */
function isApartFrom(one: InboxCandidate) {
  return ({ conditions }: InboxCandidate) =>
    conditions.some(({ attribute, values }) =>
      one.conditions.some(
        (each) => each.attribute === attribute && !each.values.some((value) => values.includes(value)),
      ),
    )
}
