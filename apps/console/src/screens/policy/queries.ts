import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import type { Policy, PolicySchema } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { forgetPolicies, refreshPolicies } from '../policies/queries.ts'
import { texts } from './texts.ts'

const policies = createClient(PolicyService, transport)
const mostFound = 20

export type PolicyInit = MessageInitShape<typeof PolicySchema>

/** A policy with all names; a new policy is not requested. */
export function usePolicy(policyId: string, isThere: boolean) {
  return useQuery(PolicyService.method.getPolicy, { policyId }, { enabled: isThere })
}

export function useEntitlementsNamed(query: string) {
  return useQuery(
    DirectoryService.method.listEntitlements,
    { query, pageSize: mostFound },
    { placeholderData: keepPreviousData },
  )
}

export function useApplications() {
  return useQuery(DirectoryService.method.listApplications, { pageSize: 100 }, { staleTime: 60_000 })
}

/** The preview of a policy; a button requests it, because it reads all data. */
export function usePreview() {
  return useMutation(PolicyService.method.previewPolicy, { onError: (error) => showToast(sentenceOf(error)) })
}

/** Saves a policy. @returns the policy; `changed` when another user has changed it since; undefined after a failure, shown in a toast */
export async function savePolicy(policy: PolicyInit): Promise<Policy | 'changed' | undefined> {
  try {
    const paths = ['display_name', 'description', pathOf(policy.rule?.case)]
    const saved = policy.id
      ? await policies.updatePolicy({ policy, updateMask: { paths } })
      : await policies.createPolicy({ policy })
    showToast(texts.saved(saved.displayName))
    await refreshPolicies()
    return saved
  } catch (error) {
    if (ConnectError.from(error).code === Code.Aborted) return 'changed'
    showToast(sentenceOf(error))
    return undefined
  }
}

function pathOf(rule: string | undefined): string {
  return (rule ?? '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** @returns whether it was deleted; a toast reports a failure */
export async function deletePolicy({ id: policyId, displayName }: Policy): Promise<boolean> {
  try {
    await policies.deletePolicy({ policyId })
    showToast(texts.deleted(displayName))
    await forgetPolicies()
    return true
  } catch (error) {
    showToast(sentenceOf(error))
    return false
  }
}
