import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import { DomainError, type FieldViolation } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/**
 * The keys of the entitlements, in order.
 * @param field the name of the list in the caller's API
 * @param present keys that are accepted although the import in force has no such entitlement any more
 * @throws invalid_argument with all entitlements that do not exist (any more), and all that are named twice
 */
export async function resolveEntitlements(
  sql: TenantSql,
  wanted: readonly EntitlementReference[],
  field = 'entitlements',
  present: ReadonlySet<number> = new Set(),
): Promise<number[]> {
  const keys = await presentKeys(sql, wanted, present)
  const seen = new Set<number>()
  const violations: FieldViolation[] = []
  for (const [place, { applicationId, entitlementId }] of wanted.entries()) {
    const key = keys[place]
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
  const [first] = violations
  if (first !== undefined) {
    const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`
    throw new DomainError('invalid_argument', `${first.field}: ${first.description}${more}`, {
      violations: violations.slice(0, 100),
    })
  }
  return [...seen]
}

async function presentKeys(
  sql: TenantSql,
  wanted: readonly EntitlementReference[],
  present: ReadonlySet<number>,
): Promise<(number | undefined)[]> {
  const keys = await entitlementKeys(sql, wanted)
  if (present.size === 0 || !keys.includes(undefined)) return keys
  const known = await entitlementKeys(sql, wanted, { includeDeleted: true })
  return known.map((key, place) => keys[place] ?? (key !== undefined && present.has(key) ? key : undefined))
}
