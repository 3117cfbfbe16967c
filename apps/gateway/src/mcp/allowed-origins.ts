import { hostOf } from '@assay/auth'

/**
 * Whether a page of this origin may call the tools. Clients that are not browsers send no origin. A page whose host name was pointed at our
 * address (DNS rebinding) has the origin of that name, which is not allowed.
 * @param publicHosts the hosts of the gateway's public addresses
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
