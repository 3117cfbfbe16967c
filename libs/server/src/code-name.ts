import { Code } from '@connectrpc/connect'

/** The name of a code in the documents of all protocols: `Code.NotFound` is "not_found". */
export function codeName(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()
}
