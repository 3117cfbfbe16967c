import { PolicyStep } from '@assay/contracts/assay/policy/v1/policy_pb'
import type { SessionPolicyService } from '@assay/contracts/assay/session/v1/session_policy_service_pb'
import { leftOutOfRole } from '@assay/role-sessions'
import type { ServiceImpl } from '@connectrpc/connect'
import { asCaller, type ServiceContext } from './service-context.ts'

const steps: Readonly<Record<string, PolicyStep>> = {
  protected: PolicyStep.PROTECTED,
  unused: PolicyStep.UNUSED,
  separation: PolicyStep.SEPARATION,
  budget: PolicyStep.BUDGET,
}

/** The entitlements that policies left out of potential roles. */
export function sessionPolicyService(service: ServiceContext): ServiceImpl<typeof SessionPolicyService> {
  return {
    getPotentialRolePolicies: ({ potentialRoleId }, context) =>
      asCaller(service, context, async (sql) => {
        const leftOut = await leftOutOfRole(sql, { id: potentialRoleId })
        return {
          leftOut: leftOut.map(({ details, step, policyId, policyName, held, counted }) => ({
            ...(details && {
              entitlement: {
                applicationId: details.applicationId,
                entitlementId: details.id,
                displayName: details.displayName,
              },
            }),
            step: steps[step] ?? PolicyStep.UNSPECIFIED,
            policyId,
            policyDisplayName: policyName,
            heldCount: held,
            countedCount: counted,
          })),
        }
      }),
  }
}
