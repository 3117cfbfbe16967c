import { createHash } from 'node:crypto'
import type { AccessProfile } from './access-profile.ts'
import { changeable } from './changeable-members.ts'

/**
 * A tag of the members that callers can change, in the form of RFC 9110, section 8.8.3. It stays the same while memberships, tasks and the
 * automation's state change, so that an import does not disturb a user who edits.
 */
export function etagOf(profile: AccessProfile): string {
  const content = [profile.id, ...changeable.map((name) => profile[name]), profile.updatedAt.toISOString()]
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`
}
