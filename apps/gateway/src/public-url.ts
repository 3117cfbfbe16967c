import type { NodeRequest, Setting } from '@assay/server'
import type { TrustedProxies } from './trusted-proxies.ts'

/** The address at which browsers reach the gateway; undefined when the variable is not set. */
export function publicUrl(variable: string): Setting<URL | undefined> {
  return {
    variable,
    takes: 'a URL such as https://example.com/assay',
    parse(given) {
      if (given === undefined) return undefined
      const url = URL.canParse(given) ? new URL(given) : undefined
      const isPlain =
        url !== undefined && /^https?:$/.test(url.protocol) && `${url.search}${url.hash}${url.username}` === ''
      if (!isPlain || !/^[\w./~-]*$/.test(url.pathname))
        throw new Error(`is "${given}": give a URL such as https://assay.example.com or https://example.com/assay`)
      return url
    },
  }
}

/**
 * Scheme, host and port by which the caller reached the gateway, such as `https://assay.example.com`. Behind a trusted proxy, they come
 * from its `X-Forwarded-Proto` and `X-Forwarded-Host`; of several values the last counts, since the caller may have sent those before it.
 * Any client can send these headers, so they are ignored without the trust.
 */
export function publicBaseUrl(request: NodeRequest, trusts: TrustedProxies): string {
  const { headers, socket } = request
  const isProxy = trusts(socket.remoteAddress, 0)
  const forwarded = (name: string) => (isProxy ? lastOf(headers[name]) : undefined)
  const proto = forwarded('x-forwarded-proto')?.toLowerCase()
  const isEncrypted = 'encrypted' in socket && socket.encrypted === true
  const scheme = proto === 'https' || proto === 'http' ? proto : isEncrypted ? 'https' : 'http'
  const asked = headers[':authority'] ?? headers.host ?? ''
  const host = [forwarded('x-forwarded-host'), asked].find(isHost) ?? 'localhost'
  return `${scheme}://${host}`
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return [header].flat().join(',').split(',').at(-1)?.trim()
}

/** Whether it is a host name or address, with or without a port, and nothing else. */
function isHost(host: string | string[] | undefined): host is string {
  return typeof host === 'string' && /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(host)
}
