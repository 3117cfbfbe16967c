import { looseName } from '../header.ts'
import { inOrder, isHeld, isLevel, isMark, isNoLevel, isSureLevel, type Leading, markOf } from '../read/matrix.ts'

const loose = (names: readonly string[]) => new Set(names.map(looseName))

/** Names of columns that identify a person, best first. */
const personNames = [
  ...['user', 'user id', 'userid', 'login', 'username', 'user name', 'account', 'account name', 'sam account name'],
  ...['login name', 'user login', 'logon name', 'user principal name', 'upn', 'user email', 'member name', 'usuario'],
  ...['anmeldename', 'benutzerkennung', 'identifiant', 'utilisateur', 'gebruikersnaam', 'utente'],
  ...['employee id', 'employee number', 'emp id', 'staff id', 'personnel number', 'personalnummer', 'benutzer'],
  ...['benutzername', 'kennung', 'id', 'email', 'e-mail', 'mail', 'email address', 'employee', 'person'],
].map(looseName)
/** Names of columns with users, not any people: surveys and invitations use the other names for their respondents. */
const namesOfUsers = new Set(
  personNames.filter((name) => !['id', 'email', 'mail', 'emailaddress', 'person'].includes(name)),
)
/** Names of columns about a person, before the marks. */
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
  // Of members of safes.
  ...['member id', 'membership expiration date'],
])
/** Names of columns that may be the only one before levels. */
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
/** Names of columns that may also be a role, a team or a system. */
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
/** Names of columns with entitlements: the rows are then entitlements, and the columns people. */
const entitlementNames = loose([
  ...['role', 'roles', 'role name', 'permission', 'permissions', 'entitlement', 'entitlements', 'privilege', 'group'],
  ...['group name', 'access right', 'function', 'rolle', 'rollen', 'berechtigung', 'gruppe', 'rôle', 'rol', 'permiso'],
])

/** Names of columns whose cells are levels or roles, in tables that are not a matrix. */
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

/** Headers of yes-or-no columns that describe a person or an account: such a column is no entitlement of a matrix. */
const personFlags = loose([
  ...['active', 'is active', 'enabled', 'is enabled', 'account enabled', 'disabled', 'is disabled', 'account disabled'],
  ...['suspended', 'is suspended', 'account suspended', 'blocked', 'is blocked', 'locked', 'is locked', 'locked out'],
  ...['deactivated', 'is deactivated', 'deleted', 'is deleted', 'archived', 'inactive', 'is inactive', 'terminated'],
  ...['account locked', 'is archived', 'user enabled', 'login enabled', 'billing active', 'licensed', 'is licensed'],
  ...['mfa', 'mfa enabled', 'mfa active', 'has mfa', '2fa', '2fa enabled', 'has 2fa', 'tfa', 'tfa enabled', 'sso'],
  ...['has sso', 'two factor', 'two factor enabled', 'mfa registered', 'mfa enforced', 'enrolled in 2sv', '2sv'],
  ...['verified', 'is verified', 'email verified', 'is email verified', 'confirmed', 'email confirmed'],
  ...['password expired', 'password never expires', 'must change password', 'change password at next login'],
  ...['password not required', 'password last set', 'password enabled', 'first login', 'logged in', 'synced'],
  ...['external', 'is external', 'is guest', 'is contractor'],
  ...['full time', 'part time', 'service account', 'is service account', 'is bot', 'is public', 'is manager'],
  ...['has manager', 'newsletter', 'subscribed', 'consent', 'terms accepted', 'is privileged', 'privileged', 'shared'],
  ...[
    'is shared',
    'shared account',
    'is shared account',
    'interactive',
    'interactive login',
    'interactive logon allowed',
  ],
  ...['non interactive', 'orphaned', 'is orphaned', 'dormant', 'is dormant', 'stale', 'is stale', 'rotated', 'vaulted'],
  ...['aktiv', 'inaktiv', 'gesperrt', 'deaktiviert', 'aktiviert', 'extern', 'actif', 'inactif', 'bloqué', 'externe'],
  ...['activo', 'inactivo', 'bloqueado', 'ativo', 'inativo', 'attivo', 'bloccato', 'actief', 'geblokkeerd'],
  // Of Active Directory.
  ...['never logged in', 'must change password at logon', 'change password at logon', 'user must change password'],
  ...['cannot change password', 'trusted for delegation', 'trusted to auth for delegation', 'account not delegated'],
  ...[
    'smartcard logon required',
    'does not require preauth',
    'allow reversible password encryption',
    'use DES key only',
  ],
  ...['mns logon account', 'homedir required', 'protected from accidental deletion'],
  // Of members of safes.
  ...['is predefined user', 'is expired membership enabled', 'is expired membership enable', 'is group'],
])
/** Flags of members of safes; in other tables they are rights. */
const flagsOfMembers = loose(['is read only'])
const safeNames = loose(['safe name'])
/** Those that may also be systems. */
const systemLike = loose(['sso', 'newsletter', 'shared', 'privileged', 'interactive'])
/** Those that lists of subscribers, guests and staff have too: they do not show that the rows are accounts. */
const flagsOfAnybody = loose([
  ...['newsletter', 'subscribed', 'consent', 'terms accepted', 'confirmed', 'email confirmed', 'verified'],
  ...['is verified', 'email verified', 'is email verified', 'external', 'is external', 'extern', 'externe', 'is guest'],
  ...['is contractor', 'full time', 'part time', 'is manager', 'has manager'],
])
/** Names of columns with numbers of staff. Lists of HR have them, with flags that are no access. */
const staffNumbers = loose([
  ...['employee id', 'employee number', 'emp id', 'staff id', 'personnel number', 'personalnummer', 'employee'],
])
/** Names of columns that only lists of HR have. */
const staffColumns = loose([
  ...['hire date', 'hired on', 'date of hire', 'joining date', 'date of joining', 'date of birth', 'birth date'],
  ...['birthday', 'dob', 'gender', 'sex', 'marital status', 'salary', 'pay grade', 'contract type', 'nationality'],
  ...['eintrittsdatum', 'geburtsdatum', 'geschlecht', 'gehalt', 'date de naissance', "date d'embauche"],
  ...['fecha de nacimiento', 'fecha de ingreso', 'fecha de alta'],
])

/** Names of columns with numbers in a list of accounts. A number under another name shows that the rows are measured, not accounts. */
const accountNumbers = loose([
  ...['phone', 'phone number', 'mobile', 'telephone', 'extension', 'ext', 'fax', 'room', 'badge', 'badge number', 'id'],
  ...['cost center', 'cost centre', 'kostenstelle', 'postal code', 'zip', 'zip code', 'telefon', 'durchwahl', 'raum'],
  ...['user id', 'employee id', 'employee number', 'emp id', 'staff id', 'personalnummer', 'uid', 'person id', 'no'],
  ...['logon count', 'login count', 'logins', 'failed logins', 'bad pwd count', 'bad logon count', 'failed attempts'],
  ...['plant', 'store'],
])

/** Names of columns with what the access is on: a user may then have a row for each. */
const objectNames = loose([
  ...[
    'application',
    'app',
    'application name',
    'system',
    'system name',
    'safe',
    'safe name',
    'shared folder',
    'database',
    'db',
    'schema',
  ],
  ...['folder', 'folder path', 'path', 'share', 'site', 'site url', 'repository', 'repo', 'project', 'workspace'],
  ...['workspace name', 'mailbox', 'module', 'anwendung', 'aplicación', 'host'],
])

/** Names of columns that count what an account did; a count of 0 or 1 is no mark. */
const accountCounts = loose([
  ...['logon count', 'login count', 'logins', 'failed logins', 'bad pwd count', 'bad logon count', 'failed attempts'],
])

const mailNames = loose(['email', 'e-mail', 'mail', 'email address'])
/** Names of columns that only lists of accounts have. */
const accountColumns = loose([
  ...['last login', 'last log in', 'last sign in', 'last sign-in', 'last logged in', 'last active', 'last seen'],
  ...['last activity', 'last login date', 'last access', 'user status', 'account status', 'user type', 'license type'],
])

/** Further names of columns that tell the access. */
const accessNames = loose([
  ...['group names', 'role names', 'user groups', 'user group', 'member of', 'memberships', 'access rights', 'rights'],
  ...['assigned roles', 'assigned groups', 'permission name', 'entitlement name', 'security group', 'security role'],
  ...['gruppen', 'berechtigungen', 'rechte', 'groupes', 'grupos', 'profil', 'profile', 'profiles', 'perfil'],
])

/** The minimum number of columns with marks after others. */
const leastMarks = 2

interface MatrixLook {
  readonly leading?: Leading
  readonly isTurned?: boolean
  readonly hasLevels?: boolean
  readonly hasRoles?: boolean
}

/** The number of rows that identify a matrix in which not all cells are marks. */
const firstRows = 19
/** The share of the filled cells of such a matrix that must be marks; the others are faults. */
const leastShare = 0.9

/**
 * How to read a table of marks; undefined for any other table. Its first people may have no marks, and a cell further down may have
 * a fault.
 */
export function matrixLook(columns: readonly string[], body: readonly (readonly string[])[]): MatrixLook | undefined {
  const whole = lookOf(columns, body)
  if (whole !== undefined || body.length <= firstRows) return whole
  const filled = body.filter((row) => row.slice(1).some((cell) => cell.trim() !== ''))
  const first = lookOf(columns, filled.slice(0, firstRows), body)
  if (first === undefined) return undefined
  const cells = body
    .flatMap((row) => inOrder(row, first.leading).slice(first.leading?.names.length ?? 1))
    .filter((cell) => cell.trim() !== '')
  if (first.hasRoles === true) return first
  const right = cells.filter((cell) => isMark(cell) || (first.hasLevels === true && (isLevel(cell) || isNoLevel(cell))))
  return right.length >= leastShare * cells.length ? first : undefined
}

/** @param all the rows of which the body may be the first ones */
function lookOf(
  columns: readonly string[],
  body: readonly (readonly string[])[],
  all: readonly (readonly string[])[] = body,
): MatrixLook | undefined {
  if (columns.length < 3 || body.length === 0) return undefined
  const products = productLook(columns)
  if (products !== undefined) return products
  const flags = columns.flatMap((name, column) =>
    column > 0 && isFlag(name, body, column, columns) && body.every((cells) => isMark(cells[column] ?? ''))
      ? [column]
      : [],
  )
  const isTurned = entitlementNames.has(looseName(columns[0] ?? ''))
  if (flags.length === 0 || isTurned) return wholeLook(columns, body) ?? blockLook(columns, body, all)
  // What describes the account comes before the marks.
  const others = columns.flatMap((_, column) => (column > 0 && !flags.includes(column) ? [column] : []))
  const order = [0, ...flags, ...others]
  const leading = { names: [], person: 0, order }
  const look = wholeLook(
    inOrder(columns, leading),
    body.map((cells) => inOrder(cells, leading)),
    flags.length,
  )
  if (look?.leading === undefined) return blockLook(columns, body, all)
  return { ...look, leading: { ...look.leading, order } }
}

/** @param flags the number of columns after the first one that describe the account */
function wholeLook(
  columns: readonly string[],
  body: readonly (readonly string[])[],
  flags = 0,
): MatrixLook | undefined {
  const names = columns.map(looseName)
  let width = 1 + flags
  // A column of flags such as "manager: yes" belongs to the person, if its name says so and its marks differ from those of the
  // other columns.
  while (width < columns.length && isLeading(names[width] ?? '')) width++
  while (width > 1 + flags && isMarkedAlike(names[width - 1] ?? '', width - 1, body)) width--
  const hasMarks = (cells: readonly string[]) => cells.some((cell) => cell.trim() !== '')
  const marks = body.map((cells) => cells.slice(width))
  const hasLevels = areLevels(names, width, marks)
  if (!(marks.every((cells) => cells.every(isMark)) && marks.some(hasMarks)) && !hasLevels) return undefined
  const isTurned = width === 1 && entitlementNames.has(names[0] ?? '')
  // Words for levels also occur in answers of surveys, so a name must show that the rows are people.
  const [first = ''] = names
  if (hasLevels && width === 1 && !isTurned && !personNames.includes(first) && !namesOfPeople.has(first))
    return undefined
  if (!isTurned && areAnswers(marks) && !names.slice(0, width).some((name) => namesOfUsers.has(name))) return undefined
  if (columns.slice(width).some((name) => name.trim().endsWith('?'))) return undefined
  const kind = hasLevels ? { hasLevels } : {}
  if (width === 1) return isTurned ? { isTurned, ...kind } : kind
  const leading = names.slice(0, width)
  // Without other columns before the marks, the first one may have any name.
  const isPerson = isLeading(first) || namesOfPeople.has(first) || width === 1 + flags
  if (!isPerson || columns.length - width < leastMarks) return undefined
  const known = personNames.find((name) => leading.includes(name))
  return {
    ...kind,
    leading: {
      names: columns.slice(0, width).map((name) => name.trim()),
      person: known === undefined ? 0 : leading.indexOf(known),
    },
  }
}

/**
 * Whether a column describes the person or the account. A cross below a name that a system may have too is access to it.
 * @param names all columns
 */
function isFlag(name: string, body: readonly (readonly string[])[], column: number, names: readonly string[]): boolean {
  const own = looseName(name)
  if (flagsOfMembers.has(own)) return names.some((one) => safeNames.has(looseName(one)))
  if (!personFlags.has(own)) return false
  return !systemLike.has(own) || !body.some((cells) => markOf(cells[column] ?? '') === 'x')
}

function isLeading(name: string): boolean {
  return personNames.includes(name) || personAttributes.has(name)
}

/**
 * A list of users with a block of columns that have only marks, at any place among other columns: the block is a matrix. Each user
 * has one row, or one for each object, and no other column tells the access.
 */
function blockLook(
  columns: readonly string[],
  body: readonly (readonly string[])[],
  all: readonly (readonly string[])[],
): MatrixLook | undefined {
  const names = columns.map(looseName)
  if (names.some((name) => staffColumns.has(name))) return undefined
  // A mail address alone may be that of anybody; what only accounts have shows that it is that of a user.
  const hasLogins = names.some((name) => accountColumns.has(name))
  const hasAccounts = hasLogins || names.some((name) => personFlags.has(name) && !flagsOfAnybody.has(name))
  const user = personNames.find(
    (name) =>
      names.includes(name) &&
      (staffNumbers.has(name) ? hasLogins : namesOfUsers.has(name) || (hasAccounts && mailNames.has(name))),
  )
  if (user === undefined) return undefined
  const person = names.indexOf(user)
  if (body.some((cells) => (cells[person]?.trim() ?? '') === '')) return undefined
  const keys = [person, ...names.flatMap((name, at) => (objectNames.has(name) ? [at] : []))]
  const rows = all.map((cells) => keys.map((at) => cells[at]?.trim() ?? '').join('\0'))
  if (new Set(rows).size < (all === body ? 1 : leastShare) * rows.length) return undefined
  const column = (at: number) => body.map((cells) => cells[at]?.trim() ?? '')
  const isKnown = (name: string, at: number) =>
    isLeading(name) || accountCounts.has(name) || isFlag(name, body, at, names)
  const isOfAccess = (name: string) => entitlementNames.has(name) || accessNames.has(name) || levelNames.has(name)
  const areMarks = names.map((_, at) => column(at).every(isMark))
  if (names.some((name, at) => !areMarks[at] && !isKnown(name, at) && isOfAccess(name))) return undefined
  const numbers = names.some((name, at) => !areMarks[at] && !isKnown(name, at) && isMeasured(name, column(at)))
  if (numbers) return undefined
  const blocks: number[][] = [[]]
  for (const [at, name] of names.entries()) {
    // Columns that describe the account do not divide a block, nor do empty ones.
    if (isKnown(name, at) ? areMarks[at] : column(at).every((cell) => cell === '')) continue
    if (areMarks[at] && !isKnown(name, at)) blocks.at(-1)?.push(at)
    else blocks.push([])
  }
  const marks = blocks.filter((block) => block.length >= leastMarks).flat()
  if (!marks.some((at) => column(at).some(isHeld))) return undefined
  if (marks.some((at) => columns[at]?.trim().endsWith('?'))) return undefined
  const others = names.flatMap((_, at) => (marks.includes(at) ? [] : [at]))
  // A user and flags alone may be answers; a name, a mail address or a department shows that the rows are people.
  if (!others.some((at) => at !== person && (isLeading(names[at] ?? '') || keys.includes(at)))) return undefined
  return {
    leading: {
      names: others.map((at) => columns[at]?.trim() ?? ''),
      person: others.indexOf(person),
      order: [...others, ...marks],
    },
  }
}

/** Users of Atlassian with two columns for each product: the role in it, and when it was used. */
function productLook(columns: readonly string[]): MatrixLook | undefined {
  const names = columns.map((name) => name.trim())
  const person = names.findIndex((name) => looseName(name) === 'userid')
  if (person < 0) return undefined
  const all = new Set(names)
  const marks = names.flatMap((name, at) => (all.has(`Last seen in ${name}`) ? [at] : []))
  if (marks.length === 0) return undefined
  const others = names.flatMap((_, at) => (marks.includes(at) ? [] : [at]))
  return {
    hasRoles: true,
    leading: {
      names: others.map((at) => names[at] ?? ''),
      person: others.indexOf(person),
      order: [...others, ...marks],
    },
  }
}

/** Whether a column has only numbers, under a name that lists of accounts do not have. */
function isMeasured(name: string, cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '')
  return filled.length > 0 && !accountNumbers.has(name) && filled.every((cell) => /^-?\d+([.,]\d+)?%?$/.test(cell))
}

/** Whether all cells are yes and no, or true and false. */
function areAnswers(marks: readonly (readonly string[])[]): boolean {
  const filled = marks.flat().filter((cell) => cell.trim() !== '')
  return filled.length > 0 && filled.every((cell) => answers.has(markOf(cell)))
}

/** Whether cells are levels such as Read and Write, or marks, and no column has the name of a column of roles or levels. */
function areLevels(names: readonly string[], width: number, marks: readonly (readonly string[])[]): boolean {
  const own = names.slice(width)
  // Numbered columns such as `role1`, `role2` do not count either.
  const isOfRoles = (name: string) => entitlementNames.has(name) || levelNames.has(name)
  if (own.length < leastMarks || own.some((name) => isOfRoles(name.replace(/\d+$/, '')))) return false
  const filled = marks.flat().filter((cell) => cell.trim() !== '')
  return (
    filled.every((cell) => isMark(cell) || isLevel(cell) || isNoLevel(cell)) &&
    filled.some(isSureLevel) &&
    // In a single column it is a property of the person.
    own.filter((_, column) => marks.some((cells) => isLevel(cells[column] ?? ''))).length >= leastMarks
  )
}

/**
 * Whether a column such as `Manager` has the same kind of marks as the following ones: it is then a role, not a property of the
 * person.
 */
function isMarkedAlike(name: string, column: number, body: readonly (readonly string[])[]): boolean {
  if (!roleLike.has(name) || !body.every((cells) => isMark(cells[column] ?? ''))) return false
  const own = body.map((cells) => cells[column] ?? '').filter(isHeld)
  const others = new Set(body.flatMap((cells) => cells.slice(column + 1).filter(isHeld)).map(markOf))
  return own.length > 0 && own.every((cell) => others.has(markOf(cell)))
}

/** The same for the first rows of a sheet, which may end before its last columns. */
export function sheetMatrix(columns: readonly string[], rows: readonly { readonly cells: readonly string[] }[]) {
  const look = matrixLook(
    columns,
    rows.map(({ cells }) => cells),
  )
  if (look === undefined || (columns.length < 4 && look.hasLevels !== true && look.hasRoles !== true)) return undefined
  const marks = rows.flatMap(({ cells }) => inOrder(cells, look.leading).slice(look.leading?.names.length ?? 1))
  return marks.some((mark) => mark.trim() !== '') ? look : undefined
}
