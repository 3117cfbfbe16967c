import type { Policy } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyPreviewSchema } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { invalidArgument } from '@assay/errors'
import { previewPolicy } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import { create } from '@bufbuild/protobuf'
import type { HandlerContext } from '@connectrpc/connect'
import { asCaller, asCallerOnSnapshot, type ServiceContext } from '../service-context.ts'
import { fromPolicyMessage } from './convert-policy.ts'
import { toBreachMessages } from './list-breaches.ts'

/** The effect that a policy would have, as a message. */
export async function policyPreview(service: ServiceContext, context: HandlerContext, policy: Policy | undefined) {
  if (policy === undefined) throw invalidArgument('policy', 'is required')
  const { tenantId, identityId } = principalOf(context)
  const preview = await previewPolicy(
    (work) => asCallerOnSnapshot(service, context, (sql, _, loaded) => work(sql, loaded)),
    tenantId,
    identityId,
    fromPolicyMessage(policy),
    policy.id || undefined,
    context.signal,
  )
  const { candidates, breaches } = preview
  const named = await asCaller(service, context, (sql) => toBreachMessages(sql, preview, breaches))
  return create(PolicyPreviewSchema, {
    suggestionCount: preview.suggestionCount,
    cutCount: preview.cutCount,
    refusedCount: preview.refusedCount,
    leftOutCount: preview.leftOutCount,
    candidates: candidates.map((candidate) => ({ ...candidate })),
    breachCount: preview.breachCount,
    moreBreaches: preview.moreBreaches,
    // The preview's temporary policy no longer exists, so breaches get the id and name of the request's policy.
    breaches: named.map((breach) => ({ ...breach, policyId: policy.id, policyDisplayName: policy.displayName })),
  })
}
