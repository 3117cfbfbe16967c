import { type ContextKey, createContextKey, type HandlerContext } from '@connectrpc/connect'

/**
 * Between the platform's own processes: the version of a vendor's API in the request. The gateway does not pass on such a header from a
 * client.
 */
export const apiVersionHeader = 'x-assay-api-version'

/** The same inside the gateway, from the path of the call. Undefined for a vendor with one version, and for RPCs. */
export const apiVersionKey: ContextKey<string | undefined> = createContextKey<string | undefined>(undefined, {
  description: 'api version',
})

/** The version of the vendor's API in the request, such as `v2024`; undefined for RPCs. */
export function apiVersionOf({ requestHeader }: Pick<HandlerContext, 'requestHeader'>): string | undefined {
  return requestHeader.get(apiVersionHeader) ?? undefined
}
