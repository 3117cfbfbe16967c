import {
  type CandidateDecision,
  type DecidingCaller,
  decideCandidate,
  getInboxCandidate,
  type InboxCandidate,
  type InboxPeoplePosition,
  type InboxPosition,
  listInbox,
  listInboxPeople,
  undoDecision,
  undoObstacle,
} from '@assay/candidates'
import type { Decision, InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Code } from '@assay/contracts/google/rpc/code_pb'
import { DomainError, invalidArgument, itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import { confidentWithin } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { inCall } from '../profiles/evaluate-in-call.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import {
  fromBandMessage,
  fromDecisionMessage,
  fromKindMessage,
  fromOrderMessage,
  fromPeopleFilterMessage,
  fromStateMessage,
  toCandidateMessage,
  toCounts,
  toWholeCandidateMessage,
} from './convert-inbox.ts'

const mostDecisions = 100

/** The inbox: candidates that wait for a decision, and the decisions. */
export function inboxService(service: ServiceContext): ServiceImpl<typeof InboxService> {
  return {
    listInboxCandidates: (request, context) =>
      asInboxReader(service, context, async (sql, tenantId, seen) => {
        const query = {
          kinds: request.kinds.map((kind, index) => fromKindMessage(`kinds[${index}]`, kind)),
          states: request.states.map((state, index) => fromStateMessage(`states[${index}]`, state)),
          bands: request.bands.map((band, index) => fromBandMessage(`bands[${index}]`, band)),
          text: request.text,
          sessionId: request.sessionId,
          order: fromOrderMessage(request.order),
        }
        const pages = new Pages<InboxPosition>(service.pageTokens, ['inbox', tenantId, query], request)
        const { candidates, last, totalCount, ...counts } = await listInbox(sql, query, pages)
        return {
          candidates: (await seen(candidates)).map(toCandidateMessage),
          nextPageToken: pages.next(last),
          totalCount,
          ...toCounts(counts),
        }
      }),

    getInboxCandidate: ({ candidateId }, context) =>
      asInboxReader(service, context, async (sql, _, seen) => {
        const candidate = itemAt(await seen([await getInboxCandidate(sql, candidateId)]), 0)
        return toWholeCandidateMessage(candidate, await undoObstacle(sql, candidate.profileId))
      }),

    listInboxPeople: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { candidateId } = request
        const filter = fromPeopleFilterMessage(request.filter)
        const query = ['inbox people', tenantId, candidateId, filter]
        const pages = new Pages<InboxPeoplePosition>(service.pageTokens, query, request)
        const { last, ...page } = await listInboxPeople(sql, loaded, candidateId, filter, pages)
        return { ...page, nextPageToken: pages.next(last) }
      }),

    async batchDecide({ decisions }, context) {
      const results = []
      for (const [each, decision] of checked(decisions)) {
        results.push(await decided(service, context, each, decision))
        context.signal.throwIfAborted()
      }
      return { results }
    },

    undoDecision: ({ candidateId, etag }, context) =>
      asDecidingCaller(service, context, async (sql, caller) =>
        messageTo(context, caller, await undoDecision(sql, caller, candidateId, etag)),
      ),
  }
}

type Seen = (candidates: readonly InboxCandidate[]) => Promise<readonly InboxCandidate[]>

/**
 * Runs `work` for a reader of the inbox. For a bounded reader, `seen` sets the confidence of candidates among the people whom that reader
 * may see.
 */
function asInboxReader<T>(
  service: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, tenantId: number, seen: Seen) => Promise<T>,
): Promise<T> {
  if (principalOf(context).readerScope === undefined)
    return asCaller(service, context, (sql, { tenantId }) => work(sql, tenantId, async (candidates) => candidates))
  return asCallerOnSnapshot(service, context, (sql, { tenantId }, loaded) =>
    work(sql, tenantId, (candidates) => seenWithin(loaded?.snapshot, candidates)),
  )
}

/** The confidence of suggestions among the people of the snapshot. For potential roles it is unknown, so it is 0. */
async function seenWithin(
  snapshot: Snapshot | undefined,
  candidates: readonly InboxCandidate[],
): Promise<readonly InboxCandidate[]> {
  const suggestions = candidates
    .filter(({ kind }) => kind === 'suggestion')
    .map(({ id, conditions, entitlements }) => ({ id, cohortFilters: conditions, entitlements }))
  const measured = await confidentWithin(snapshot, suggestions)
  const confidences = new Map(measured.map(({ id, confidence }) => [id, confidence]))
  return candidates.map((candidate) => ({ ...candidate, confidence: confidences.get(candidate.id) ?? 0 }))
}

/** The answer to the caller who decided on a candidate. */
async function messageTo(context: HandlerContext, { snapshot }: DecidingCaller, candidate: InboxCandidate) {
  if (principalOf(context).readerScope === undefined) return toCandidateMessage(candidate)
  const seen = itemAt(await seenWithin(snapshot, [candidate]), 0)
  return toCandidateMessage(seen)
}

/** Runs a decision in an evaluation place, since it may make a profile and evaluate its rule; policies are checked on the same snapshot. */
function asDecidingCaller<T>(
  service: ServiceContext,
  context: HandlerContext,
  work: (sql: TenantSql, caller: DecidingCaller) => Promise<T>,
): Promise<T> {
  return service.evaluations.run(principalOf(context).tenantId, context.signal, () =>
    asCallerOnSnapshot(service, context, (sql, { tenantId, identityId }, loaded) =>
      work(sql, { tenantId, identityId, snapshot: loaded?.snapshot }),
    ),
  )
}

/** Validates all decisions before any is made. */
function checked(decisions: readonly Decision[]): [Decision, CandidateDecision][] {
  if (decisions.length === 0 || decisions.length > mostDecisions)
    throw invalidArgument('decisions', `must have 1 to ${mostDecisions} decisions, it has ${decisions.length}`)
  const seen = new Set<string>()
  return decisions.map((decision, index) => {
    const field = `decisions[${index}]`
    if (seen.has(decision.candidateId))
      throw invalidArgument(`${field}.candidate_id`, `"${decision.candidateId}" is named twice`)
    seen.add(decision.candidateId)
    return [decision, fromDecisionMessage(field, decision)]
  })
}

/** Makes one decision. An error that concerns only this decision is its outcome; an error that prevents all decisions is thrown. */
async function decided(
  service: ServiceContext,
  context: HandlerContext,
  { candidateId, etag }: Decision,
  decision: CandidateDecision,
) {
  try {
    const value = await asDecidingCaller(service, context, async (sql, caller) =>
      messageTo(context, caller, await decideCandidate(sql, caller, candidateId, etag, decision, inCall(context))),
    )
    return { candidateId, outcome: { case: 'candidate' as const, value } }
  } catch (error) {
    if (!(error instanceof DomainError) || codes[error.kind] === undefined) throw error
    const { kind, reason, message } = error
    const value = { code: codes[kind] ?? Code.UNKNOWN, reason: reason ?? '', message }
    return { candidateId, outcome: { case: 'error' as const, value } }
  }
}

/** The kinds of errors that concern one decision only. */
const codes: Readonly<Partial<Record<DomainError['kind'], Code>>> = {
  not_found: Code.NOT_FOUND,
  aborted: Code.ABORTED,
  failed_precondition: Code.FAILED_PRECONDITION,
  invalid_argument: Code.INVALID_ARGUMENT,
}
