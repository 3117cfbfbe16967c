import { looseName } from '../header.ts'
import { isHeld, isLevel, isMark, isNoLevel, isSureLevel, markOf } from '../read/matrix.ts'

const loose = (names: readonly string[]) => new Set(names.map(looseName))

/** What names a person, best first. */
const personNames = [
  ...['user', 'user id', 'userid', 'login', 'username', 'user name', 'account', 'account name', 'sam account name'],
  ...['employee id', 'employee number', 'emp id', 'staff id', 'personnel number', 'personalnummer', 'benutzer'],
  ...['benutzername', 'kennung', 'id', 'email', 'e-mail', 'mail', 'email address', 'employee', 'person'],
].map(looseName)
/** Of these, what names a user and not just somebody: whose answers a survey or an invitation lists has another name. */
const namesOfUsers = new Set(
  personNames.filter((name) => !['id', 'email', 'mail', 'emailaddress', 'person'].includes(name)),
)
/** What stands beside a person, before the marks. */
const personAttributes = loose([
  ...['name', 'full name', 'display name', 'first name', 'last name', 'firstname', 'lastname', 'given name', 'surname'],
  ...['department', 'dept', 'title', 'job title', 'position', 'location', 'office', 'manager', 'supervisor', 'company'],
  ...[
    'division',
    'cost center',
    'country',
    'status',
    'team',
    'business unit',
    'employee type',
    'phone',
    'no',
    'nr',
    '#',
  ],
  ...['abteilung', 'vorname', 'nachname', 'stelle', 'funktion', 'standort', 'kostenstelle', 'vorgesetzter', 'firma'],
  ...['nom', 'prénom', 'service', 'poste', 'nombre', 'apellido', 'departamento', 'puesto'],
])
/** Of these, what may stand alone before levels. */
const namesOfPeople = loose([
  'name',
  'full name',
  'display name',
  'nom',
  'nombre',
  'naam',
  'mitarbeiter',
  'employee name',
])
/** Of these, what may be a role, a team or a system as well. */
const roleLike = loose([
  ...[
    'title',
    'position',
    'manager',
    'supervisor',
    'division',
    'team',
    'business unit',
    'department',
    'dept',
    'office',
  ],
  ...[
    'location',
    'company',
    'country',
    'phone',
    'abteilung',
    'stelle',
    'funktion',
    'standort',
    'vorgesetzter',
    'service',
  ],
])
/** What names an entitlement: then the rows are entitlements, and the columns people. */
const entitlementNames = loose([
  ...['role', 'roles', 'role name', 'permission', 'permissions', 'entitlement', 'entitlements', 'privilege', 'group'],
  ...['group name', 'access right', 'function', 'rolle', 'rollen', 'berechtigung', 'gruppe', 'rôle', 'rol', 'permiso'],
])

/** What columns are called whose cells are levels or roles, where the table is none of marks. */
const levelNames = loose([
  ...['access', 'access level', 'access type', 'level', 'type', 'kind', 'right', 'rights', 'status', 'state', 'scope'],
  ...['mode', 'action', 'actions', 'operation', 'method', 'category', 'profile', 'groups', 'team', 'member of'],
  ...['access profile', 'permission set', 'assigned role', 'role assigned', 'app role', 'system role', 'user role'],
  ...['user type', 'account type', 'employee type', 'worker type', 'recht', 'profil', 'perfil', 'groupe', 'grupo'],
])

const answers = new Set([
  'yes',
  'no',
  'y',
  'n',
  'true',
  'false',
  'ja',
  'nein',
  'oui',
  'non',
  'si',
  'sí',
  'sim',
  'não',
  'nee',
])

/** What is said of an account with yes and no: a table with such a column lists users, and what they have are no marks. */
const flagsOfAccounts = loose([
  ...['active', 'is active', 'enabled', 'is enabled', 'account enabled', 'disabled', 'is disabled', 'account disabled'],
  ...['suspended', 'is suspended', 'account suspended', 'blocked', 'is blocked', 'locked', 'is locked', 'locked out'],
  ...['deactivated', 'is deactivated', 'deleted', 'is deleted', 'archived', 'inactive', 'is inactive', 'terminated'],
])

/** At least so many columns of marks behind others. */
const leastMarks = 2

interface MatrixLook {
  readonly leading?: { readonly names: readonly string[]; readonly person: number }
  readonly isTurned?: boolean
  readonly hasLevels?: boolean
}

/** Rows by which a matrix is told where not all are of marks. */
const firstRows = 19
/** Of the filled cells of such a matrix so many are marks; the others are faults. */
const leastShare = 0.9

/**
 * How a table of marks is to be read; undefined for any other table. Its first people may have no marks, and a cell further down
 * may be wrong.
 */
export function matrixLook(columns: readonly string[], body: readonly (readonly string[])[]): MatrixLook | undefined {
  const whole = lookOf(columns, body)
  if (whole !== undefined || body.length <= firstRows) return whole
  const filled = body.filter((row) => row.slice(1).some((cell) => cell.trim() !== ''))
  const first = lookOf(columns, filled.slice(0, firstRows))
  if (first === undefined) return undefined
  const cells = body.flatMap((row) => row.slice(first.leading?.names.length ?? 1)).filter((cell) => cell.trim() !== '')
  const right = cells.filter((cell) => isMark(cell) || (first.hasLevels === true && (isLevel(cell) || isNoLevel(cell))))
  return right.length >= leastShare * cells.length ? first : undefined
}

function lookOf(columns: readonly string[], body: readonly (readonly string[])[]): MatrixLook | undefined {
  if (columns.length < 3 || body.length === 0) return undefined
  const names = columns.map(looseName)
  const isLeading = (name: string) => personNames.includes(name) || personAttributes.has(name)
  let width = 1
  // A column of flags such as "manager: yes" belongs to the person, if its name says so and its marks are not those of the others.
  while (width < columns.length && isLeading(names[width] ?? '')) width++
  while (width > 1 && isMarkedAlike(names[width - 1] ?? '', width - 1, body)) width--
  const hasMarks = (cells: readonly string[]) => cells.some((cell) => cell.trim() !== '')
  const marks = body.map((cells) => cells.slice(width))
  const hasLevels = areLevels(names, width, marks)
  if (!(marks.every((cells) => cells.every(isMark)) && marks.some(hasMarks)) && !hasLevels) return undefined
  const isTurned = width === 1 && entitlementNames.has(names[0] ?? '')
  // Words for levels are common, and so are answers: who they are of has to be told by its name.
  const [first = ''] = names
  if (hasLevels && width === 1 && !isTurned && !personNames.includes(first) && !namesOfPeople.has(first))
    return undefined
  if (!isTurned && areAnswers(marks) && !names.slice(0, width).some((name) => namesOfUsers.has(name))) return undefined
  if (columns.slice(width).some((name) => name.trim().endsWith('?'))) return undefined
  if (!isTurned && areAnswers(marks) && names.slice(width).some((name) => flagsOfAccounts.has(name))) return undefined
  const kind = hasLevels ? { hasLevels } : {}
  if (width === 1) return isTurned ? { isTurned, ...kind } : kind
  const leading = names.slice(0, width)
  if (!isLeading(leading[0] ?? '') || columns.length - width < leastMarks) return undefined
  const known = personNames.find((name) => leading.includes(name))
  return {
    ...kind,
    leading: {
      names: columns.slice(0, width).map((name) => name.trim()),
      person: known === undefined ? 0 : leading.indexOf(known),
    },
  }
}

/** Whether cells say yes and no, or true and false, and nothing else. */
function areAnswers(marks: readonly (readonly string[])[]): boolean {
  const filled = marks.flat().filter((cell) => cell.trim() !== '')
  return filled.length > 0 && filled.every((cell) => answers.has(markOf(cell)))
}

/** Whether cells are levels such as Read and Write, or marks, and none of the columns is one of roles or levels by its name. */
function areLevels(names: readonly string[], width: number, marks: readonly (readonly string[])[]): boolean {
  const own = names.slice(width)
  // Nor is a numbered one, as in `role1`, `role2`.
  const isOfRoles = (name: string) => entitlementNames.has(name) || levelNames.has(name)
  if (own.length < leastMarks || own.some((name) => isOfRoles(name.replace(/\d+$/, '')))) return false
  const filled = marks.flat().filter((cell) => cell.trim() !== '')
  return (
    filled.every((cell) => isMark(cell) || isLevel(cell) || isNoLevel(cell)) &&
    filled.some(isSureLevel) &&
    // In one column alone it is what somebody is.
    own.filter((_, column) => marks.some((cells) => isLevel(cells[column] ?? ''))).length >= leastMarks
  )
}

/** Whether a column such as `Manager` has the same marks as those behind it: then it is a role, not what somebody is. */
function isMarkedAlike(name: string, column: number, body: readonly (readonly string[])[]): boolean {
  if (!roleLike.has(name) || !body.every((cells) => isMark(cells[column] ?? ''))) return false
  const own = body.map((cells) => cells[column] ?? '').filter(isHeld)
  const others = new Set(body.flatMap((cells) => cells.slice(column + 1).filter(isHeld)).map(markOf))
  return own.length > 0 && own.every((cell) => others.has(markOf(cell)))
}

/** The same of the first rows of a sheet, which may end before its last columns. */
export function sheetMatrix(columns: readonly string[], rows: readonly { readonly cells: readonly string[] }[]) {
  const look = matrixLook(
    columns,
    rows.map(({ cells }) => cells),
  )
  if (look === undefined || (columns.length < 4 && look.hasLevels !== true)) return undefined
  const marks = rows.flatMap(({ cells }) => cells.slice(look.leading?.names.length ?? 1))
  return marks.some((mark) => mark.trim() !== '') ? look : undefined
}
