import { createHmac, timingSafeEqual } from 'node:crypto'

/** Who is shown something and may come back to have it done. */
interface PreviewedBy {
  readonly tenantId: number
  readonly clientId: string
  readonly identityId: string
}

/** Hashes that prove what an agent was shown: the same agent, the same arguments, the same data, ten minutes at most. */
export interface Previews {
  /** @param shown all that the decision rests on; two values of the same JSON are the same */
  hashOf(shown: unknown): string
  /** Why the hash is none of `shown` now; undefined: it is. */
  faultOf(hash: string, shown: unknown): 'expired' | 'other' | undefined
}

const lifetimeMs = 10 * 60_000
const hashForm = /^([0-9a-z]{1,11})\.([\w-]{43})$/

/**
 * Nothing is stored: the hash has its end and a MAC, so that any process that has the key checks it.
 * @param key of 32 bytes or more
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

/** JSON whose members stand in the order of their names, without those that are undefined. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  )
}
