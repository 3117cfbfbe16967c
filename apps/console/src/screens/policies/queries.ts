import type { Policy } from '@assay/contracts/assay/policy/v1/policy_pb'
import { type ListPoliciesResponse, PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'
import { texts } from './texts.ts'

const policies = createClient(PolicyService, transport)
const policiesOf = (page: ListPoliciesResponse) => page.policies

/** All policies, by name. */
export function usePolicies() {
  const query = useInfiniteQuery(PolicyService.method.listPolicies, { pageSize: 100, pageToken: '' }, byPageToken)
  return { ...query, ...usePages(query, policiesOf) }
}

/** The first breaches of all policies, or of one. */
export function useFirstBreaches(policyId: string, isAsked = true) {
  return useQuery(PolicyService.method.listBreaches, { policyId, pageSize: 100 }, { enabled: isAsked })
}

/** Switches a policy on or off, and offers to undo it. */
export async function switchPolicy({ id, disabled, displayName }: Policy, offersUndo = true): Promise<void> {
  try {
    const after = await policies.updatePolicy({
      policy: { id, disabled: !disabled },
      updateMask: { paths: ['disabled'] },
    })
    showToast(
      texts.switched(after.disabled, displayName),
      offersUndo ? () => void switchPolicy(after, false) : undefined,
    )
  } catch (error) {
    showToast(sentenceOf(error))
  }
  await refreshPolicies()
}

const ofPolicies = { queryKey: ['connect-query', { serviceName: PolicyService.typeName }] }

export async function refreshPolicies(): Promise<void> {
  await queryClient.invalidateQueries(ofPolicies)
}

/** After a deletion: the next screen requests its data again, and the page of the deleted object does not. */
export async function forgetPolicies(): Promise<void> {
  await queryClient.invalidateQueries({ ...ofPolicies, refetchType: 'none' })
}
