import { permissionDenied } from '@assay/errors'
import { type CohortProfileRequest, type LoadedSnapshot, listedSuggestion, peopleWithin } from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { HandlerContext } from '@connectrpc/connect'
import { asCaller, asCallerOnSnapshot, type ServiceContext, untilGone } from '../service-context.ts'

/**
 * Checks the cohort before a bounded reader makes an access profile of it. The profile's rule later applies to all people, so it must match
 * only people inside the reader's scope. A rule in CEL may match anybody, so it is refused.
 * @throws not_found for a suggestion that does not exist; permission_denied for a cohort that is not wholly inside the reader's scope
 */
export async function requireCohortInside(
  service: ServiceContext,
  context: HandlerContext,
  { filters, accessScope, celExpression, suggestionId }: CohortProfileRequest,
): Promise<void> {
  const { tenantId, readerScope } = principalOf(context)
  if (readerScope === undefined) return
  if (suggestionId !== '') await asCaller(service, context, (sql) => listedSuggestion(sql, suggestionId))
  if (celExpression.trim() !== '') {
    throw permissionDenied(
      'A client that sees only some people describes a cohort by profile_filters and access_scope; leave cel_expression empty',
      { reason: 'BOUNDED_READER' },
    )
  }
  const count = async (sql: TenantSql, loaded: LoadedSnapshot | undefined) =>
    loaded === undefined ? 0 : (await peopleWithin(sql, loaded.snapshot, [{ filters, accessScope }])).length
  const seen = await asCallerOnSnapshot(service, context, (sql, _, loaded) => count(sql, loaded))
  const all = await service.snapshots.use(tenantId, count, untilGone(context))
  if (seen === 0 || seen !== all) {
    throw permissionDenied(
      'The cohort does not lie wholly inside the scope of this client; choose profile_filters that match only people of the scope',
      { reason: 'BOUNDED_READER' },
    )
  }
}
