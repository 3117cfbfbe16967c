import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import { AclLines, aclColumns, isAclList } from './acl-lines.ts'
import { DirectoryLines, directoryColumns, isDirectoryList } from './directory-lines.ts'
import { IdentityLines, identityColumns, isIdentityList } from './identity-lines.ts'
import type { PrintedReader } from './printed-reader.ts'
import { isRoleList, RoleLines, roleColumns } from './role-lines.ts'

/** A list of a command, or a file, whose lines are read one after the other. */
export type PrintedForm = 'identities' | 'roles' | 'acls' | 'directory'

interface Form {
  readonly look: string
  readonly columns: readonly string[]
  readonly reader: () => PrintedReader
}

export const printedForms: Readonly<Record<PrintedForm, Form>> = {
  identities: {
    look: 'accounts of a Unix system with their groups',
    columns: identityColumns,
    reader: () => new IdentityLines(),
  },
  roles: { look: 'roles with their users', columns: roleColumns, reader: () => new RoleLines() },
  acls: { look: 'access control lists of Kafka', columns: aclColumns, reader: () => new AclLines() },
  directory: { look: 'entries of FreeIPA', columns: directoryColumns, reader: () => new DirectoryLines() },
}

/** @param lines the lines that are not blank */
export function printedForm(name: string, lines: readonly string[]): PrintedForm | undefined {
  if (isIdentityList(lines)) return 'identities'
  if (isRoleList(name, lines)) return 'roles'
  if (isAclList(lines)) return 'acls'
  return isDirectoryList(lines) ? 'directory' : undefined
}

export async function* printedRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
  form: PrintedForm,
): AsyncGenerator<readonly Row[], void, undefined> {
  const { columns, reader: open } = printedForms[form]
  const header = new Header(file.name, 1, columns)
  const reader = open()
  let last = 1
  for await (const lines of linesOf(file.name, decoded(file, encoding), longestLine)) {
    const rows: Row[] = []
    for (const { text, number } of lines) {
      last = number
      const taken = reader.take(text.trimEnd())
      if (typeof taken === 'string') rows.push(new BrokenRow(file.name, number, taken))
      else for (const cells of taken) rows.push(new TableRow(file.name, number, header, [...cells]))
    }
    if (rows.length > 0) yield rows
  }
  const rows = reader.end().map((cells) => new TableRow(file.name, last, header, [...cells]))
  if (rows.length > 0) yield rows
}
