import type { Entitlement, Identity } from '@assay/directory'

export function entitlementName({
  applicationId,
  id,
  displayName,
}: Pick<Entitlement, 'applicationId' | 'id' | 'displayName'>) {
  return { applicationId, entitlementId: id, displayName }
}

export function personName({ id, displayName }: Pick<Identity, 'id' | 'displayName'>) {
  return { identityId: id, displayName }
}

export function conditionsMessage(
  filters: readonly { readonly attribute: string; readonly values: readonly string[] }[],
) {
  return filters.map(({ attribute, values }) => ({ attribute, values: [...values] }))
}
