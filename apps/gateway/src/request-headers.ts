import type { NodeRequest, RequestHeaders } from '@assay/server'

/** The headers of a Node request, by lower-case names; of several values of one name, the first. */
export function headersOf({ headers }: NodeRequest): RequestHeaders {
  return {
    get(name) {
      const value = headers[name]
      return (typeof value === 'object' ? value[0] : value) ?? null
    },
  }
}
