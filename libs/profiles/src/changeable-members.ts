import type { TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'

/**
 * The members of a profile that callers may change, with their columns. The statement of an update, the etag and the entry of the ledger
 * use this table.
 */
const changeableColumns = {
  displayName: 'display_name',
  description: 'description',
  celExpression: 'cel_expression',
  automationEnabled: 'automation_enabled',
  createTasks: 'create_tasks',
  commonAccess: 'common_access',
  ownerId: 'owner_id',
  enabled: 'enabled',
  published: 'published',
  visibleToEveryone: 'visible_to_everyone',
  requestBundle: 'request_bundle',
  enrollmentBehavior: 'enrollment_behavior',
  unenrollmentBehavior: 'unenrollment_behavior',
  unenrollmentEntitlementBehavior: 'unenrollment_entitlement_behavior',
  purpose: 'purpose',
  annotations: 'annotations',
  enrollment: 'enrollment',
} as const satisfies Partial<Record<keyof AccessProfile, string>>

export type ChangeableMember = keyof typeof changeableColumns

export const changeable = Object.keys(changeableColumns) as readonly ChangeableMember[]

/** The members that differ, in the order of the table. */
export function differingMembers(before: AccessProfile, after: AccessProfile): ChangeableMember[] {
  return changeable.filter((name) => textOf(before[name]) !== textOf(after[name]))
}

/** Columns and values for the `set` of an update. */
export function columnsOf(sql: TenantSql, profile: AccessProfile, members: readonly ChangeableMember[]) {
  const columnValue = (name: ChangeableMember) =>
    name === 'annotations' || name === 'enrollment' ? sql.json({ ...profile[name] }) : profile[name]
  return Object.fromEntries(members.map((name) => [changeableColumns[name], columnValue(name)]))
}

/** Equal for equal values, whatever the order of an object's members. */
function textOf(value: AccessProfile[ChangeableMember]): string {
  return JSON.stringify(typeof value === 'object' ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value)
}
