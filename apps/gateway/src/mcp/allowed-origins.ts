import { hostOf } from '@assay/auth'

/**
 * Whether a page of this origin may ask. Clients that are no browsers send none. A page whose name somebody led to our address has
 * the origin of that name, which is none of ours.
 * @param publicHosts addresses by which clients reach us
 */
export function isAllowedOrigin(
  origin: string | undefined,
  publicHosts: readonly string[],
  publicUrl: URL | undefined,
): boolean {
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const { hostname, protocol } = new URL(origin)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  const names = [...publicHosts.map(hostOf), ...(publicUrl === undefined ? [] : [hostOf(publicUrl.host)])]
  return names.includes(hostOf(hostname))
}
