import { createHash } from 'node:crypto'
import { uuidOf } from '@assay/store'

/**
 * The id of a potential role. The same identities and entitlements have the same id in every calculation of a session, in any
 * order.
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
