import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'

/** The fields of the lines of /etc/passwd and /etc/group; undefined for the password. */
const fieldsOf = {
  passwd: ['login', undefined, 'uid', 'gid', 'gecos', 'home', 'shell'],
  group: ['group', undefined, 'gid', 'members'],
} as const
export type AccountForm = keyof typeof fieldsOf

export function accountColumns(form: AccountForm): readonly string[] {
  return fieldsOf[form].filter((field) => field !== undefined)
}

// A group must have only a mark in the place of its password, so that other lines with colons do not match.
const patterns: Readonly<Record<AccountForm, RegExp>> = {
  passwd: /^[^:\s][^:]*:[^:\s]*:\d+:\d+:[^:]*:[^:]*:[^:]*$/,
  group: /^[^:\s][^:]*:[x*!]{0,2}:\d+:[^:]*$/,
}

/** The file that the lines belong to. Comments and lines that include a directory service (`+::::::`) are ignored. */
export function accountForm(lines: readonly string[]): AccountForm | undefined {
  const own = lines.filter((line) => !isSkipped(line))
  if (own.length === 0) return undefined
  return (['passwd', 'group'] as const).find((form) => own.every((line) => patterns[form].test(line.trimEnd())))
}

function isSkipped(line: string): boolean {
  return line.trim() === '' || /^[#+-]/.test(line)
}

/** A row for each account or group, with the columns of `accountColumns`. */
export async function* accountRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  form: AccountForm,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, accountColumns(form))
  const fields = fieldsOf[form]
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      if (isSkipped(text)) continue
      const cells = text.trimEnd().split(':')
      if (cells.length !== fields.length) {
        const reason = `the line has ${cells.length} fields between colons, not ${fields.length}`
        rows.push(new BrokenRow(file.name, number, reason))
        continue
      }
      const named = cells.filter((_, index) => fields[index] !== undefined)
      rows.push(new TableRow(file.name, number, header, named))
    }
    if (rows.length > 0) yield rows
  }
}
