import {
  type CandidateData,
  compareCandidates,
  createDraft,
  type Draft,
  type DraftPosition,
  type DraftStep,
  deleteDraft,
  entitlementPage,
  getDraft,
  identityPage,
  listDrafts,
  mergeCandidates,
  type PartPosition,
  type SplitBy,
  sideOf,
  splitCandidate,
  stepsOf,
  updateDraft,
} from '@assay/candidates'
import type { Candidate } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type {
  CandidateService,
  ComparedSide as Side,
  SplitCandidateRequest,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { invalidArgument } from '@assay/errors'
import { participantsOf } from '@assay/reviews'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  fromCandidateMessage,
  fromEditsMessage,
  fromReference,
  fromRuleMessage,
  toResolvedMessage,
} from './convert-candidate.ts'
import {
  fromCombination,
  fromSide,
  toComparedMessage,
  toDraftMessage,
  toEntitlementMessage,
  toStepMessage,
} from './convert-draft.ts'
import { onCandidates } from './with-caller.ts'

/** Candidates: resolving, comparing, merging and splitting them, and storing them as drafts. */
export function candidateService(service: ServiceContext): ServiceImpl<typeof CandidateService> {
  const pagesOf = (tenantId: number, list: string, page: { readonly pageSize: number; readonly pageToken: string }) =>
    new Pages<PartPosition>(service.pageTokens, ['candidate', tenantId, list], page)
  return {
    resolveCandidate: ({ candidate }, context) =>
      onCandidates(service, context, async ({ loaded, resolve }) =>
        toResolvedMessage(loaded.snapshot, await resolve(fromCandidateMessage(candidate, 'candidate'))),
      ),

    listCandidateEntitlements: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const pages = pagesOf(tenantId, 'entitlements', request)
        const { version, entitlements, members } = await data.resolve(
          fromCandidateMessage(request.candidate, 'candidate'),
        )
        const { items, total, next } = await entitlementPage(data, version, entitlements, members, pages)
        return { entitlements: items.map(toEntitlementMessage), nextPageToken: pages.next(next), totalSize: total }
      }),

    listCandidateIdentities: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const pages = pagesOf(tenantId, 'identities', request)
        const { version, entitlements, members } = await data.resolve(
          fromCandidateMessage(request.candidate, 'candidate'),
        )
        const { items, total, next } = await identityPage(data, version, members, entitlements, pages)
        return { identities: items.map(toIdentityMessage), nextPageToken: pages.next(next), totalSize: total }
      }),

    compareCandidates: (request, context) =>
      onCandidates(service, context, async (data) => {
        const { first, second } = await resolvedPair(data, request)
        const { identities, entitlements, cells } = compareCandidates(first, second)
        return {
          first: toResolvedMessage(data.loaded.snapshot, first),
          second: toResolvedMessage(data.loaded.snapshot, second),
          identities: toComparedMessage(identities),
          entitlements: toComparedMessage(entitlements),
          cells: toComparedMessage(cells),
        }
      }),

    listComparedEntitlements: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const pages = pagesOf(tenantId, `compared entitlements ${request.side}`, request)
        const { first, second, version, side } = await resolvedPair(data, request, request.side)
        const all = sideOf(first.entitlements, second.entitlements, side)
        const { items, total, next } = await entitlementPage(
          data,
          version,
          all,
          either(first.members, second.members),
          pages,
        )
        return { entitlements: items.map(toEntitlementMessage), nextPageToken: pages.next(next), totalSize: total }
      }),

    listComparedIdentities: (request, context) =>
      onCandidates(service, context, async (data, { tenantId }) => {
        const pages = pagesOf(tenantId, `compared identities ${request.side}`, request)
        const { first, second, version, side } = await resolvedPair(data, request, request.side)
        const all = sideOf(first.members, second.members, side)
        const given = either(first.entitlements, second.entitlements)
        const { items, total, next } = await identityPage(data, version, all, given, pages)
        return { identities: items.map(toIdentityMessage), nextPageToken: pages.next(next), totalSize: total }
      }),

    createDraft: ({ candidate, displayName, requestId }, context) =>
      onCandidates(service, context, async (data, { tenantId, identityId }) => {
        const reference = fromCandidateMessage(candidate, 'candidate')
        const maker = { tenantId, madeBy: identityId }
        return wholeDraft(data, await createDraft(data, maker, reference, { displayName, requestId }))
      }),

    mergeCandidates: ({ candidates, people, entitlements, displayName, requestId }, context) =>
      onCandidates(service, context, async (data, { tenantId, identityId }) => {
        const references = candidates.map((one, place) => fromCandidateMessage(one, `candidates[${place}]`))
        const how = { people: fromCombination(people), entitlements: fromCombination(entitlements) }
        const maker = { tenantId, madeBy: identityId }
        return wholeDraft(data, await mergeCandidates(data, maker, references, { ...how, displayName, requestId }))
      }),

    splitCandidate: (request, context) =>
      onCandidates(service, context, async (data, { tenantId, identityId }) => {
        const reference = fromCandidateMessage(request.candidate, 'candidate')
        const names = [request.firstDisplayName, request.secondDisplayName] as const
        const maker = { tenantId, madeBy: identityId }
        const [first, second] = await splitCandidate(data, maker, reference, splitBy(request), names)
        return { first: await wholeDraft(data, first), second: await wholeDraft(data, second) }
      }),

    getDraft: ({ draftId }, context) =>
      onCandidates(service, context, async (data) => wholeDraft(data, await getDraft(data.sql, draftId))),

    listDrafts: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<DraftPosition>(service.pageTokens, ['drafts', tenantId], request)
        const { drafts, last } = await listDrafts(sql, pages)
        const nameOf = await namesOfMakers(sql, drafts)
        return { drafts: drafts.map((draft) => toDraftMessage(draft, nameOf)), nextPageToken: pages.next(last) }
      }),

    updateDraft: ({ draftId, edits, etag }, context) =>
      onCandidates(service, context, async (data, { tenantId, identityId }) => {
        const maker = { tenantId, madeBy: identityId }
        const changed = edits && fromEditsMessage(edits, 'edits')
        return wholeDraft(data, await updateDraft(data, maker, draftId, changed, etag))
      }),

    deleteDraft: ({ draftId, etag }, context) =>
      asCaller(service, context, async (sql) => {
        await deleteDraft(sql, draftId, etag)
        return {}
      }),
  }
}

async function wholeDraft(data: CandidateData, draft: Draft) {
  const candidate = await data.resolveKept({ source: { kind: 'draft', id: draft.id } })
  const steps = await stepsOf(data.sql, draft.id)
  const nameOf = await namesOfMakers(data.sql, [draft], steps)
  return {
    ...toDraftMessage(draft, nameOf),
    candidate: toResolvedMessage(data.loaded.snapshot, candidate),
    lineage: steps.map((step) => toStepMessage(step, nameOf)),
  }
}

/** The names of the users who made and changed the drafts, by user id. */
async function namesOfMakers(sql: TenantSql, drafts: readonly Draft[], steps: readonly DraftStep[] = []) {
  const nameOf = await participantsOf(sql, [
    ...drafts.flatMap(({ createdBy, updatedBy }) => [createdBy, updatedBy]),
    ...steps.map(({ madeBy }) => madeBy),
  ])
  return (id: string) => nameOf(id).displayName
}

interface Pair {
  readonly first?: Candidate | undefined
  readonly second?: Candidate | undefined
}

async function resolvedPair<Asked extends Side | undefined>({ resolve }: CandidateData, pair: Pair, side?: Asked) {
  const first = await resolve(fromCandidateMessage(pair.first, 'first'), 'first')
  const second = await resolve(fromCandidateMessage(pair.second, 'second'), 'second')
  const asked = side === undefined ? 'both' : fromSide(side)
  return { first, second, side: asked, version: `${first.version}/${second.version}` }
}

function either(first: Uint32Array, second: Uint32Array): Uint32Array {
  return Uint32Array.from(new Set([...first, ...second])).sort()
}

function toIdentityMessage({ id, displayName, held }: { id: string; displayName: string; held: number }) {
  return { identityId: id, displayName, heldCount: held }
}

function splitBy({ by }: SplitCandidateRequest): SplitBy {
  switch (by.case) {
    case 'entitlements':
      return { by: 'entitlements', entitlements: by.value.entitlements.map(fromReference) }
    case 'people':
      return { by: 'people', rule: fromRuleMessage(by.value, 'people') }
    default:
      throw invalidArgument('by', 'is required: the entitlements or the people of the first part')
  }
}
