import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Plain SHA-256 is enough for random secrets of 256 bits: no dictionary attack has to be slowed down, and a slow hash would let
 * strangers keep the token endpoint busy.
 */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** Compares in constant time, so that the time does not show how much of the secret was right. */
export function isSecret(presented: string, secretHash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(presented), secretHash)
}
