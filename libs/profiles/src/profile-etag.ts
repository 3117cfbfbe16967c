import { createHash } from 'node:crypto'
import type { AccessProfile } from './access-profiles.ts'

/**
 * A tag of what callers can change about a profile, in the form of RFC 9110, section 8.8.3. It stays the same while
 * members, tasks and the automation's state change, so that an import does not disturb somebody who edits.
 */
export function etagOf(profile: AccessProfile): string {
  const { id, displayName, description, celExpression, automationEnabled, createTasks, commonAccess, ownerId } = profile
  const content = [
    id,
    displayName,
    description,
    celExpression,
    automationEnabled,
    createTasks,
    commonAccess,
    ownerId,
    profile.updatedAt.toISOString(),
  ]
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`
}
