import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Plain SHA-256 is right for secrets that we draw ourselves from 2^256: there is no dictionary to slow down, and a slow
 * hash would give strangers a way to keep the token endpoint busy.
 */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** In constant time, so that the answer's delay tells nothing of how much was right. */
export function isSecret(presented: string, secretHash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(presented), secretHash)
}
