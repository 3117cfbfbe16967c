import { createHmac, timingSafeEqual } from 'node:crypto'

/** The caller who sees a preview and may confirm it. */
interface PreviewedBy {
  readonly tenantId: number
  readonly clientId: string
  readonly identityId: string
}

/**
 * Hashes that prove which preview an agent saw: for the same agent, the same arguments and the same data, for at most ten
 * minutes.
 */
export interface Previews {
  /** @param shown all inputs of the decision; values with the same JSON are equal */
  hashOf(shown: unknown): string
  /** Why the hash is not valid for `shown` now; undefined if it is valid. */
  faultOf(hash: string, shown: unknown): 'expired' | 'other' | undefined
}

const lifetimeMs = 10 * 60_000
const hashForm = /^([0-9a-z]{1,11})\.([\w-]{43})$/

/**
 * Nothing is stored: the hash contains its expiry time and a MAC, so that any process with the key can check it.
 * @param key at least 32 bytes
 */
export function previewsOf(key: Uint8Array, by: PreviewedBy, now: () => number = Date.now): Previews {
  const macOf = (end: string, shown: unknown) =>
    createHmac('sha256', key)
      .update(JSON.stringify([end, by.tenantId, by.clientId, by.identityId]))
      .update(canonical(shown))
      .digest('base64url')
  return {
    hashOf(shown) {
      const end = (now() + lifetimeMs).toString(36)
      return `${end}.${macOf(end, shown)}`
    },
    faultOf(hash, shown) {
      const [, end = '', mac = ''] = hashForm.exec(hash) ?? []
      if (!timingSafeEqual(Buffer.from(mac.padEnd(43)), Buffer.from(macOf(end, shown)))) return 'other'
      return Number.parseInt(end, 36) < now() ? 'expired' : undefined
    },
  }
}

/** JSON with members in the order of their names, without undefined ones. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  )
}
