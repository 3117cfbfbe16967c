import type { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { identityNamesByKey } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import {
  createPolicy,
  deletePolicy,
  getRiskLevels,
  listPolicies,
  type PolicyPosition,
  type RiskLevels,
  replaceRiskLevels,
  updatePolicy,
} from '@assay/policies'
import { getModelPolicies, getRunInsight, getSuggestion } from '@assay/role-mining'
import type { ServiceImpl } from '@connectrpc/connect'
import { fromCandidateMessage } from '../candidates/convert-candidate.ts'
import { onCandidates } from '../candidates/with-caller.ts'
import { Pages } from '../paging.ts'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { checkedCandidate } from './check-candidate.ts'
import { fromPolicyMessage, toLeftOutMessages, toPolicyMessage, wholePolicy } from './convert-policy.ts'
import { breachFile } from './export-breaches.ts'
import { askBreaches, type BreachPagePosition, taken, toBreachMessages } from './list-breaches.ts'
import { changedPolicy } from './policy-change.ts'
import { policyPreview } from './preview-policy.ts'

/** The number of rows of a file whose names are read in one transaction. */
const rowsAtATime = 500

/** Policies: stored here, applied by every part of Assay that proposes roles. */
export function policyService(service: ServiceContext): ServiceImpl<typeof PolicyService> {
  return {
    createPolicy: ({ policy }, context) =>
      asCaller(service, context, async (sql, { tenantId, identityId }) => {
        if (policy === undefined) throw invalidArgument('policy', 'is required')
        const { id } = await createPolicy(sql, tenantId, identityId, fromPolicyMessage(policy))
        return wholePolicy(sql, id)
      }),

    getPolicy: ({ policyId }, context) => asCaller(service, context, (sql) => wholePolicy(sql, policyId)),

    previewPolicy: ({ policy }, context) => policyPreview(service, context, policy),

    listPolicies: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const pages = new Pages<PolicyPosition>(service.pageTokens, ['policies', tenantId], request)
        const { policies, last } = await listPolicies(sql, pages)
        return { policies: policies.map((policy) => toPolicyMessage(policy)), nextPageToken: pages.next(last) }
      }),

    updatePolicy: ({ policy, updateMask }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (policy === undefined) throw invalidArgument('policy', 'is required')
        const { id } = await updatePolicy(sql, tenantId, policy.id, policy.etag, (before, contents) =>
          changedPolicy(policy, updateMask, before, contents),
        )
        return wholePolicy(sql, id)
      }),

    deletePolicy: ({ policyId, etag }, context) =>
      asCaller(service, context, async (sql) => {
        await deletePolicy(sql, policyId, etag)
        return {}
      }),

    getRiskLevels: (_, context) => asCaller(service, context, async (sql) => toRiskMessage(await getRiskLevels(sql))),

    updateRiskLevels: ({ riskLevels }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toRiskMessage(await replaceRiskLevels(sql, tenantId, riskLevels?.levels ?? [])),
      ),

    listBreaches: (request, context) =>
      asCallerOnSnapshot(service, context, async (sql, { tenantId }, loaded) => {
        const { policyId, identityId } = request
        const query = ['breaches', tenantId, policyId, identityId]
        const pages = new Pages<BreachPagePosition>(service.pageTokens, query, request)
        const asked = await askBreaches(sql, loaded, request, pages.after)
        if (asked === undefined) return {}
        const found = await taken(asked.breaches, pages.size + 1, context.signal)
        const page = found.slice(0, pages.size)
        const end = found.length > pages.size ? page.at(-1) : undefined
        return {
          breaches: await toBreachMessages(sql, asked, page),
          nextPageToken: pages.next(end && [...end.position, asked.version]),
        }
      }),

    async *exportBreaches(request, context) {
      const { contentType, head, lines } = breachFile(request.format)
      const encoder = new TextEncoder()
      const asked = await asCallerOnSnapshot(service, context, (sql, _, loaded) => askBreaches(sql, loaded, request))
      yield { contentType, data: encoder.encode(head) }
      if (asked === undefined) return
      // No connection is held while the client reads: each piece has its own transaction.
      for (;;) {
        context.signal.throwIfAborted()
        const rows = await taken(asked.breaches, rowsAtATime, context.signal)
        if (rows.length === 0) return
        const messages = await asCaller(service, context, (sql) => toBreachMessages(sql, asked, rows))
        yield { contentType, data: encoder.encode(lines(messages)) }
      }
    },

    checkCandidate: ({ candidate, displayName }, context) =>
      onCandidates(service, context, async (data) =>
        checkedCandidate(data, await data.resolve(fromCandidateMessage(candidate, 'candidate')), displayName),
      ),

    getSuggestionPolicies: ({ suggestionId }, context) =>
      asCaller(service, context, async (sql) => ({
        leftOut: await toLeftOutMessages(sql, (await getSuggestion(sql, suggestionId)).leftOut),
      })),

    getRunPolicies: ({ runId }, context) =>
      asCaller(service, context, async (sql) => {
        const insight = await getRunInsight(sql, runId)
        const { effects = [], refused = [] } = insight.report.policies ?? {}
        return {
          runId: insight.runId,
          effects: effects.map(({ policyId, policyName, leftOut, refused }) => ({
            policyId,
            policyDisplayName: policyName,
            leftOutCount: leftOut,
            refusedCount: refused,
          })),
          refused: refused.map(({ filters, cohortSize, policyId, policyName, leftOut }) => ({
            filters: filters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
            cohortSize,
            policyId,
            policyDisplayName: policyName,
            leftOutCount: leftOut,
          })),
        }
      }),

    getRoleModelPolicies: ({ roleModelId }, context) =>
      asCaller(service, context, async (sql) => {
        const done = await getModelPolicies(sql, roleModelId)
        if (done === undefined) return {}
        const people = await identityNamesByKey(
          sql,
          done.breaches.map(({ identityKey }) => identityKey),
        )
        return {
          leftOutGrantCount: done.leftOutGrants,
          refusedRoleCount: done.refusedRoles,
          breachCount: done.breachCount,
          effects: done.effects.map(({ policyId, policyName, leftOut }) => ({
            policyId,
            policyDisplayName: policyName,
            leftOutCount: leftOut,
          })),
          breaches: done.breaches.map(({ policyId, policyName, identityKey }) => ({
            policyId,
            policyDisplayName: policyName,
            identityId: people.get(identityKey)?.id ?? '',
            identityDisplayName: people.get(identityKey)?.displayName ?? '',
          })),
        }
      }),
  }
}

function toRiskMessage({ levels, unknown }: RiskLevels) {
  return { levels: [...levels], unknownLevels: unknown.map((one) => ({ ...one })) }
}
