import { DomainError } from '@assay/errors'
import { identityStatuses } from '@assay/mining'
import { type CohortProfileRequest, requireCohortAllowed, requireRoleAllowed } from '@assay/role-mining'
import type { HandlerContext } from '@connectrpc/connect'
import { onCandidates } from '../candidates/with-caller.ts'
import { askPolicies, type ServiceContext } from '../service-context.ts'

/**
 * Before an access profile is made out of a cohort: the people of its filters, or, with a rule of its own, those whom the rule
 * selects.
 * @throws failed_precondition that names the policy which does not allow it
 */
export async function requireAllowedCohort(
  service: ServiceContext,
  context: HandlerContext,
  wanted: CohortProfileRequest,
): Promise<void> {
  const { celExpression, displayName, entitlements } = wanted
  let asksRule = false
  await askPolicies(service, context, async (sql, snapshot) => {
    if (celExpression.trim() === '') return requireCohortAllowed(sql, snapshot, wanted)
    asksRule = true
  })
  if (!asksRule) return
  const rule = { kind: 'cel', expression: celExpression } as const
  await onCandidates(service, context, async ({ sql, loaded: { snapshot }, resolve }) => {
    const role = await resolve({ source: { kind: 'ad_hoc', displayName, entitlements, rule } }).catch(ifNotWrong)
    if (role === undefined) return
    const members = role.members.filter((member) => snapshot.identityStatus[member] === identityStatuses.enabled)
    const asked = { members, entitlements: role.entitlements, name: displayName.trim() }
    await requireRoleAllowed(sql, snapshot, asked, 'leave them out')
  })
}

/** What is wrong with the request itself, the call says in its own words. */
function ifNotWrong(error: unknown): undefined {
  if (error instanceof DomainError && error.kind === 'invalid_argument') return undefined
  throw error
}
