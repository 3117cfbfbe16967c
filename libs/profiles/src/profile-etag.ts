import { createHash } from 'node:crypto'
import type { AccessProfile } from './access-profile.ts'
import { changeable } from './changeable-members.ts'

/**
 * A tag of what callers can change about a profile, in the form of RFC 9110, section 8.8.3. It stays the same while
 * members, tasks and the automation's state change, so that an import does not disturb somebody who edits.
 */
export function etagOf(profile: AccessProfile): string {
  const content = [profile.id, ...changeable.map((name) => profile[name]), profile.updatedAt.toISOString()]
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`
}
