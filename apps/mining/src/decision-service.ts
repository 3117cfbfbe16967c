import { type DecisionService, DismissalReason as Reason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { invalidArgument } from '@assay/errors'
import { accessProfileExists } from '@assay/profiles'
import {
  type Dismissal,
  type DismissalPosition,
  type DismissalReason,
  decideSuggestion,
  dismissalOf,
  listDismissals,
  type SuggestionDecision,
} from '@assay/role-mining'
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from './paging.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from './service-context.ts'

/** Decisions on suggestions, with their reasons. */
export function decisionService(service: ServiceContext): ServiceImpl<typeof DecisionService> {
  const decide = <T>(context: HandlerContext, decision: SuggestionDecision, answer: AnswerOf<T>) =>
    asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
      const profileExists = (id: string) => accessProfileExists(sql, id)
      await decideSuggestion(sql, decision, { tenantId, snapshot: loaded?.snapshot, profileExists })
      return answer(sql)
    })
  return {
    dismissSuggestion: ({ suggestionId, reason, comment, endTime, changePercent }, context) => {
      const terms = {
        reason: reasonOf(reason),
        ...(comment !== '' && { comment }),
        ...(endTime && { endsAt: timestampDate(endTime) }),
        ...(changePercent !== undefined && { changePercent }),
      }
      return decide(context, { suggestionId, state: 'dismissed', terms }, async (sql) =>
        toDismissalMessage(await dismissalOf(sql, suggestionId)),
      )
    },

    restoreSuggestion: ({ suggestionId, comment }, context) =>
      decide(context, { suggestionId, state: 'new', ...(comment !== '' && { comment }) }, async () => ({})),

    listDismissals: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<DismissalPosition>(service.pageTokens, ['dismissals', tenantId], request)
        const { dismissals, last } = await listDismissals(sql, pages)
        return { dismissals: dismissals.map(toDismissalMessage), nextPageToken: pages.next(last) }
      }),
  }
}

type AnswerOf<T> = (sql: Parameters<typeof decideSuggestion>[0]) => Promise<T>

const reasons: Readonly<Record<DismissalReason, Reason>> = {
  unspecified: Reason.UNSPECIFIED,
  no_role: Reason.NO_ROLE,
  too_broad: Reason.TOO_BROAD,
  too_narrow: Reason.TOO_NARROW,
  wrong_people: Reason.WRONG_PEOPLE,
  sensitive_access: Reason.SENSITIVE_ACCESS,
  covered_already: Reason.COVERED_ALREADY,
  temporary: Reason.TEMPORARY,
  other: Reason.OTHER,
}

/** @throws invalid_argument for an unknown number */
export function reasonOf(reason: Reason): DismissalReason {
  const found = Object.entries(reasons).find(([, each]) => each === reason)?.[0]
  if (found === undefined) throw invalidArgument('reason', `${reason} is no reason of a dismissal`)
  return found as DismissalReason
}

export function toReasonMessage(reason: DismissalReason): Reason {
  return reasons[reason]
}

function toDismissalMessage({ suggestionId, entryId, decidedAt, reason, endsAt, changePercent }: Dismissal) {
  return {
    suggestionId,
    entryId,
    decideTime: timestampFromDate(decidedAt),
    reason: reasons[reason],
    ...(endsAt && { endTime: timestampFromDate(endsAt) }),
    ...(changePercent !== undefined && { changePercent }),
  }
}
