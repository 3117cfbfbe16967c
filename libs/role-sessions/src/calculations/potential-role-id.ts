import { createHash } from 'node:crypto'

/**
 * The id of a potential role: the same identities and entitlements give the same id in every calculation of a session, in
 * whatever order they come (RFC 9562 UUIDv8 over SHA-256).
 */
export function potentialRoleId(
  sessionId: string,
  identityKeys: readonly number[],
  entitlementKeys: readonly number[],
): string {
  const hash = createHash('sha256')
    .update(`${sessionId}/${identityKeys.length}/`)
    .update(Int32Array.from(identityKeys).sort())
    .update(Int32Array.from(entitlementKeys).sort())
    .digest()
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
