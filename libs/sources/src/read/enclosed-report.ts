import type { Encoding } from '../bytes/encoding.ts'
import { headBytes } from '../bytes/head.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { textOf } from '../value.ts'
import { type JsonForm, jsonRows } from './json.ts'
import type { Skeleton } from './part.ts'

/** The members of what `aws iam get-credential-report` answers: a table as one text, in base64 or as it is. */
const members = ['Content', 'ReportFormat', 'GeneratedTime']

/** The table that a document only encloses; undefined for any other document. */
export async function enclosedReport(
  file: InputFile,
  encoding: Encoding,
  form: JsonForm,
  skeleton: Skeleton | undefined,
  options: ReadingOptions,
): Promise<(InputFile & { readonly head: Uint8Array; readonly isWorkbook: false }) | undefined> {
  const top = skeleton?.get('')
  if (form.isMany || top === undefined || !members.every((member) => top.has(member))) return undefined
  for await (const rows of jsonRows(file, encoding, form, { paths: [{ path: '' }], synonyms: {} })) {
    for (const row of Array.isArray(rows) ? rows : []) {
      const content = textOf(row.get('Content'))
      if (content.length > limitsOf(options).documentBytes || textOf(row.get('ReportFormat')) !== 'text/csv')
        return undefined
      const bytes = Buffer.from(content, /^[\w+/]+={0,2}$/.test(content) ? 'base64' : 'utf8')
      return {
        name: file.name,
        head: bytes.subarray(0, headBytes),
        isWorkbook: false,
        async *open() {
          yield bytes
        },
      }
    }
  }
  return undefined
}
