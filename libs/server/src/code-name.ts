import { Code } from '@connectrpc/connect'

/** `Code.NotFound` is "not_found" in every protocol's documents. */
export function codeName(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
}
