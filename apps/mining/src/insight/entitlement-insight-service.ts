import {
  type EntitlementInsightService,
  ListEntitlementHoldersRequest_Selection as Selection,
  Containing_State as State,
} from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import { invalidArgument, itemAt } from '@assay/errors'
import { profilesContaining } from '@assay/profiles'
import {
  entitlementSubject,
  type HolderPosition,
  type HolderSelection,
  holderSentences,
  holdersOfSubject,
  listHolders,
  type SuggestionState,
  suggestionsContaining,
} from '@assay/role-mining'
import { rolesContaining } from '@assay/role-sessions'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCallerOnSnapshot, namesInConditions, type ServiceContext } from '../service-context.ts'
import { conditionsMessage, entitlementName, personName } from './convert-insight.ts'

/** The most items of each kind that contain the entitlements, in one answer. */
const mostContaining = 100

/** Insight into entitlements: their holders, the pattern of their holders, and the candidates that contain them. */
export function entitlementInsightService(service: ServiceContext): ServiceImpl<typeof EntitlementInsightService> {
  return {
    describeEntitlements: async (request, context) => {
      const { tenantId } = principalOf(context)
      const { subject, containedIn } = await asCallerOnSnapshot(service, context, async (sql, _, loaded) => {
        const subject = await entitlementSubject(sql, loaded, request.entitlements)
        const keys = subject.entitlements.map(({ key }) => key)
        return { subject, containedIn: await containing(sql, keys) }
      })
      // The count holds no connection, since it may wait behind longer computations.
      const found = await holdersOfSubject(service.questions, tenantId, subject)
      const conditions = found.conditions.flatMap(({ filters }) => filters)
      return {
        entitlements: subject.entitlements.map((one, place) => ({
          entitlement: entitlementName(one),
          holders: BigInt(itemAt(found.holdersOfEach, place)),
          privileged: one.privileged,
          riskLevel: one.riskLevel,
        })),
        importId: subject.loaded.importId,
        people: BigInt(found.people),
        holders: BigInt(found.holders.length),
        otherHolders: BigInt(found.otherHolders),
        conditions: found.conditions.map((one) => ({
          conditions: conditionsMessage(one.filters),
          people: BigInt(one.people),
          holders: BigInt(one.holders),
          precision: one.holders / one.people,
          recall: one.holders / found.holders.length,
          bits: one.bits,
          inPattern: one.isPattern,
        })),
        againstPattern: BigInt(found.against.length),
        lacking: BigInt(found.lacking.length),
        plainBits: found.plainBits,
        patternBits: found.patternBits,
        containedIn,
        sentences: holderSentences(found, subject.entitlements.length === 1 ? 'it' : 'all of them'),
        valueNames: await namesInConditions(service, context, conditions),
      }
    },

    listEntitlementHolders: async (request, context) => {
      const { tenantId } = principalOf(context)
      const selection = selectionOf(request.selection)
      const asked = request.entitlements.map(({ applicationId, entitlementId }) => [applicationId, entitlementId])
      const query = ['entitlement holders', tenantId, asked, selection]
      const pages = new Pages<HolderPosition>(service.pageTokens, query, request)
      const subject = await asCallerOnSnapshot(service, context, (sql, _, loaded) =>
        entitlementSubject(sql, loaded, request.entitlements),
      )
      const found = await holdersOfSubject(service.questions, tenantId, subject)
      const { people, total, last } = await asCallerOnSnapshot(service, context, (sql) =>
        listHolders(sql, subject, found, selection, pages),
      )
      return {
        people: people.map(({ identity, lacking }) => ({
          person: personName(identity),
          department: identity.department,
          jobTitle: identity.jobTitle,
          lacking: lacking.map(entitlementName),
        })),
        nextPageToken: pages.next(last),
        total: BigInt(total),
      }
    },
  }
}

const selections: Readonly<Record<Selection, HolderSelection>> = {
  [Selection.UNSPECIFIED]: 'holders',
  [Selection.HOLDERS]: 'holders',
  [Selection.AGAINST_PATTERN]: 'against',
  [Selection.LACKING]: 'lacking',
}

function selectionOf(message: Selection): HolderSelection {
  const selection: HolderSelection | undefined = selections[message]
  if (selection === undefined)
    throw invalidArgument(
      'selection',
      `must be one of SELECTION_HOLDERS, SELECTION_AGAINST_PATTERN, SELECTION_LACKING, not ${message}`,
    )
  return selection
}

const suggestionStates: Readonly<Record<SuggestionState, State>> = {
  new: State.NEW,
  accepted: State.ACCEPTED,
  dismissed: State.DISMISSED,
}

async function containing(sql: TenantSql, keys: readonly number[]) {
  const suggestions = await suggestionsContaining(sql, keys, mostContaining)
  const roles = await rolesContaining(sql, keys, mostContaining)
  const profiles = await profilesContaining(sql, keys, mostContaining)
  return [
    ...suggestions.map(({ id, name, state, cohortSize, entitlementCount }) => ({
      candidate: { kind: Kind.SUGGESTION, id, displayName: name },
      members: BigInt(cohortSize),
      entitlements: BigInt(entitlementCount),
      state: suggestionStates[state],
    })),
    ...roles.map(({ id, name, saved, identityCount, entitlementCount }) => ({
      candidate: { kind: Kind.POTENTIAL_ROLE, id, displayName: name },
      members: BigInt(identityCount),
      entitlements: BigInt(entitlementCount),
      state: saved ? State.SAVED : State.UNSPECIFIED,
    })),
    ...profiles.map(({ id, displayName, memberCount, entitlementCount }) => ({
      candidate: { kind: Kind.PROFILE, id, displayName },
      members: BigInt(memberCount),
      entitlements: BigInt(entitlementCount),
      state: State.UNSPECIFIED,
    })),
  ]
}
