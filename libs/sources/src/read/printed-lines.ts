import { decoded, type Encoding } from '../bytes/encoding.ts'
import { linesOf } from '../bytes/lines.ts'
import { Header } from '../header.ts'
import type { InputFile } from '../input-file.ts'
import { BrokenRow, type Row, TableRow } from '../row.ts'
import { AclLines, aclColumns, isAclList } from './acl-lines.ts'
import { DirectoryLines, directoryColumns, isDirectoryList } from './directory-lines.ts'
import { GroupsLines, IdentityLines, identityColumns, isGroupsList, isIdentityList } from './identity-lines.ts'
import type { PrintedReader } from './printed-reader.ts'
import { RoleLines, roleColumns, roleSide, userColumns } from './role-lines.ts'

/** A list of a command, or a file, whose lines are read one after the other. */
export type PrintedForm = 'identities' | 'groups' | 'roles' | 'users' | 'acls' | 'directory'

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
  groups: {
    look: 'accounts of a Unix system with their groups',
    columns: identityColumns,
    reader: () => new GroupsLines(),
  },
  roles: {
    look: 'roles with their users',
    columns: roleColumns,
    reader: () => new RoleLines('no role with its users, such as "monitoring_user:ana,bo"'),
  },
  users: {
    look: 'users with their roles',
    columns: userColumns,
    reader: () => new RoleLines('no user with his roles, such as "ana:monitoring_user,viewer"'),
  },
  acls: { look: 'access control lists of Kafka', columns: aclColumns, reader: () => new AclLines() },
  directory: { look: 'entries of FreeIPA', columns: directoryColumns, reader: () => new DirectoryLines() },
}

/**
 * @param lines the lines that are not blank
 * @param users the names in a file of users beside it
 */
export function printedForm(
  name: string,
  lines: readonly string[],
  users?: ReadonlySet<string>,
): PrintedForm | undefined {
  if (isIdentityList(lines)) return 'identities'
  if (isGroupsList(lines)) return 'groups'
  const side = roleSide(name, lines, users)
  if (side === 'first') return 'roles'
  if (side === 'last') return 'users'
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
