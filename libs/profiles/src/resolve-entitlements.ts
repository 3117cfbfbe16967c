import { DomainError, type FieldViolation } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** Names an entitlement by the customer's own ids. */
export interface EntitlementReference {
  readonly applicationId: string
  readonly entitlementId: string
}

/**
 * The keys of the entitlements, in order.
 * @param field what the caller calls the list
 * @throws invalid_argument naming all that do not exist, or no longer, and all that are named twice
 */
export async function resolveEntitlements(
  sql: TenantSql,
  wanted: readonly EntitlementReference[],
  field = 'entitlements',
): Promise<number[]> {
  const places = wanted.map(({ applicationId, entitlementId }, place) => ({ place, applicationId, entitlementId }))
  const found = await sql<{ place: number; key: number }[]>`
    select wanted.place, entitlements.key
    from jsonb_to_recordset(${sql.json(places)}) as wanted (place integer, "applicationId" text, "entitlementId" text)
    join applications on applications.id = wanted."applicationId"
    join entitlements on entitlements.application_key = applications.key and entitlements.id = wanted."entitlementId"
    where not entitlements.deleted`
  const keys = new Map(found.map(({ place, key }) => [place, key]))
  const seen = new Set<number>()
  const violations: FieldViolation[] = []
  for (const { place, applicationId, entitlementId } of places) {
    const key = keys.get(place)
    const at = `${field}[${place}]`
    if (key === undefined) {
      violations.push({
        field: at,
        description: `application "${applicationId}" has no entitlement "${entitlementId}"`,
      })
    } else if (seen.has(key)) {
      violations.push({ field: at, description: `entitlement "${entitlementId}" is named twice` })
    } else seen.add(key)
  }
  if (violations.length > 0) {
    const [first] = violations
    const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`
    throw new DomainError('invalid_argument', `${first.field}: ${first.description}${more}`, {
      violations: violations.slice(0, 100),
    })
  }
  return [...seen]
}
