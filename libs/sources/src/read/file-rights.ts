import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'

export const fileRightsColumns = ['path', 'user', 'group', 'access'] as const

const title = /^# (file|owner|group): (.*)$/
const entry = /^(default:)?(user|group|mask|other):([^:]*):([rwxXst-]{3})(?:\s+#effective:([rwxXst-]{3}))?\s*$/
const remark = /^(#|getfacl: )/

/** Whether the lines are what `getfacl` prints. */
export function isFileRights([first = '', ...lines]: readonly string[]): boolean {
  const own = lines.filter((line) => line.trim() !== '' && !remark.test(line))
  return /^# file: ./.test(first) && own.length > 0 && own.every((line) => entry.test(line))
}

/**
 * A row for each user and group with rights on a file: the named ones, its owner and its group, with what the mask leaves them.
 * What new files inherit and what all others may do are no rows.
 */
export async function* fileRightsRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(file.name, 1, fileRightsColumns)
  let known = { file: '', owner: '', group: '' }
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      const [, name, value = ''] = title.exec(text.trimEnd()) ?? []
      if (name === 'file') known = { file: value, owner: '', group: '' }
      else if (name === 'owner') known.owner = value
      else if (name === 'group') known.group = value
      if (text.trim() === '' || remark.test(text)) continue
      const found = entry.exec(text)
      if (found === null || known.file === '') {
        rows.push(new BrokenRow(file.name, number, 'the line names no rights such as "user:ana:r-x" below "# file: "'))
        continue
      }
      const [, inherited, kind, named = '', rights = '', effective = rights] = found
      if (inherited !== undefined || effective === '---') continue
      const user = kind === 'user' ? named || known.owner : ''
      const group = kind === 'group' ? named || known.group : ''
      if (user === '' && group === '') continue
      rows.push(new TableRow(file.name, number, header, [known.file, user, group, effective]))
    }
    if (rows.length > 0) yield rows
  }
}
