import {
  type CandidateDecision,
  type DecidingCaller,
  decideCandidate,
  getInboxCandidate,
  type InboxPeoplePosition,
  type InboxPosition,
  listInbox,
  listInboxPeople,
  undoDecision,
  undoObstacle,
} from '@assay/candidates'
import type { Decision, InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DomainError, invalidArgument } from '@assay/errors'
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

/** What waits for a decision, and deciding about it. */
export function inboxService(service: ServiceContext): ServiceImpl<typeof InboxService> {
  return {
    listInboxCandidates: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const query = {
          kinds: request.kinds.map((kind, index) => fromKindMessage(`kinds[${index}]`, kind)),
          states: request.states.map((state, index) => fromStateMessage(`states[${index}]`, state)),
          bands: request.bands.map((band, index) => fromBandMessage(`bands[${index}]`, band)),
          text: request.text,
          order: fromOrderMessage(request.order),
        }
        const pages = new Pages<InboxPosition>(service.pageTokens, ['inbox', tenantId, query], request)
        const { candidates, last, totalCount, ...counts } = await listInbox(sql, query, pages)
        return {
          candidates: candidates.map(toCandidateMessage),
          nextPageToken: pages.next(last),
          totalCount,
          ...toCounts(counts),
        }
      }),

    getInboxCandidate: ({ candidateId }, context) =>
      asCaller(service, context, async (sql) => {
        const candidate = await getInboxCandidate(sql, candidateId)
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
        toCandidateMessage(await undoDecision(sql, caller, candidateId, etag)),
      ),
  }
}

/** A decision may make a profile and evaluate its rule, on the snapshot that policies look at. */
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

/** All of them before the first is made. */
function checked(decisions: readonly Decision[]): [Decision, CandidateDecision][] {
  if (decisions.length === 0 || decisions.length > mostDecisions)
    throw invalidArgument('decisions', `must have 1 to ${mostDecisions} decisions, it has ${decisions.length}`)
  const seen = new Set<string>()
  return decisions.map((decision, index) => {
    const field = `decisions[${index}]`
    if (seen.has(decision.candidateId))
      throw invalidArgument(`${field}.candidate_id`, `"${decision.candidateId}" stands there twice`)
    seen.add(decision.candidateId)
    return [decision, fromDecisionMessage(field, decision)]
  })
}

/** What is wrong with one decision is told about that one; what keeps all of them from being made is thrown. */
async function decided(
  service: ServiceContext,
  context: HandlerContext,
  { candidateId, etag }: Decision,
  decision: CandidateDecision,
) {
  try {
    const candidate = await asDecidingCaller(service, context, (sql, caller) =>
      decideCandidate(sql, caller, candidateId, etag, decision, inCall(context)),
    )
    return { candidateId, outcome: { case: 'candidate' as const, value: toCandidateMessage(candidate) } }
  } catch (error) {
    if (!(error instanceof DomainError) || !aboutOne.has(error.kind)) throw error
    const { kind, reason, message } = error
    const value = { code: kind.toUpperCase(), reason: reason ?? '', message }
    return { candidateId, outcome: { case: 'error' as const, value } }
  }
}

const aboutOne: ReadonlySet<string> = new Set(['not_found', 'aborted', 'failed_precondition', 'invalid_argument'])
