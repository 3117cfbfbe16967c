import { createHash } from 'node:crypto'
import { uuidOf } from '@assay/store'

/**
 * The id of a potential role: the same identities and entitlements give the same id in every calculation of a session, in
 * whatever order they come.
 */
export function potentialRoleId(
  sessionId: string,
  identityKeys: readonly number[],
  entitlementKeys: readonly number[],
): string {
  const digest = createHash('sha256')
    .update(`${sessionId}/${identityKeys.length}/`)
    .update(Int32Array.from(identityKeys).sort())
    .update(Int32Array.from(entitlementKeys).sort())
    .digest()
  return uuidOf(digest)
}
