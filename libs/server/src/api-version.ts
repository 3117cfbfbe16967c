import { type ContextKey, createContextKey, type HandlerContext } from '@connectrpc/connect'

/** Between our own processes: which version of a vendor's API the caller uses. The gateway passes on none from outside. */
export const apiVersionHeader = 'x-assay-api-version'

/** The same inside the gateway, by the path of the call. Undefined where the vendor has one version, and for RPCs. */
export const apiVersionKey: ContextKey<string | undefined> = createContextKey<string | undefined>(undefined, {
  description: 'api version',
})

/** The version of the vendor's API by which a service is called, such as `v2024`; undefined for RPCs. */
export function apiVersionOf({ requestHeader }: Pick<HandlerContext, 'requestHeader'>): string | undefined {
  return requestHeader.get(apiVersionHeader) ?? undefined
}
