import { type Organisation, toCsv } from '@assay/sample-org'

/** The organisation's files as text. */
export function filesOf(organisation: Organisation): Record<string, string> {
  return Object.fromEntries(toCsv(organisation).map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
}
