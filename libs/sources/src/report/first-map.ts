import { looseName } from '../header.ts'
import { keyDot, listedMember } from '../read/document.ts'
import type { Part } from '../read/part.ts'

/** Names of columns in other files, best first, by their use in a map. */
const guesses: Readonly<Record<string, readonly string[]>> = {
  id: [
    'user id',
    'employee id',
    'employee number',
    'person id',
    'identity id',
    'login',
    'username',
    'user name',
    'uid',
    'sam account name',
    'account',
    'id',
    'user',
    'email',
    'principal',
    'name',
  ],
  display_name: ['display name', 'full name', 'name', 'employee name', 'cn'],
  email: ['email', 'mail', 'e-mail', 'email address', 'work email', 'primary email'],
  username: ['username', 'user name', 'login', 'sam account name', 'user principal name', 'uid'],
  department: ['department', 'dept', 'department name', 'business unit', 'organization', 'org unit', 'cost center'],
  job_title: ['job title', 'title', 'position', 'job', 'job name', 'job function'],
  manager: ['manager', 'manager id', 'supervisor', 'reports to', 'manager email'],
  status: ['status', 'user status', 'enabled', 'active', 'account status', 'state'],
  entitlement: [
    'entitlement',
    'entitlement id',
    'permission',
    'role',
    'role name',
    'group',
    'group name',
    'groups',
    'roles',
    'permissions',
    'privilege',
    'access',
    'profile',
    'member of',
  ],
  application: ['application', 'app', 'system', 'application name', 'target', 'service', 'resource'],
}

const personFields = ['display_name', 'email', 'username', 'department', 'job_title', 'status'] as const

/**
 * A first map for a part that no map takes: columns are filled in when their names show their meaning, and the others are listed.
 * It can be loaded at once, which is the quickest way to see the remaining faults with `--explain`.
 */
export function firstMap(part: Part): string {
  const { path, columns } = recordsOf(part)
  const taken = new Set<string>()
  const guess = (what: string, apart = true) => {
    const found = (guesses[what] ?? [])
      .map((name) => columns.find((column) => looseName(column) === looseName(name)))
      .find((column) => column !== undefined && !(apart && taken.has(column)))
    if (found !== undefined) taken.add(found)
    return found
  }
  const entitlement = guess('entitlement')
  const id = guess('id') ?? columns.find((column) => !taken.has(column)) ?? 'id'
  taken.add(id)
  const application = guess('application')
  const fields = personFields.map((field) => [field, guess(field, field !== 'username')] as const)
  const manager = guess('manager')
  const rest = columns.filter((column) => column !== '' && !taken.has(column))
  // No other columns: a column in the signature is not an "other column", so it would not become an attribute.
  const signature = [...new Set([id, ...taken])].slice(0, 4)
  const input = [
    ...(path === '' ? [] : [`path: ${quoted(path)}`]),
    ...formatOf(part, path),
    `columns: [${signature.map(quoted).join(', ')}]`,
  ]
  const ofApplication = application === undefined ? `{text: ${quoted(baseName(part.name))}}` : quoted(application)
  return [
    'map: 1',
    `name: ${quoted(baseName(part.name))}`,
    `# Made for ${part.name.replaceAll(/[\r\n]/g, ' ')}. Check what each line says; docs/import/maps.md explains them all.`,
    ...(rest.length === 0 ? [] : [`# Columns that are attributes so far: ${rest.map(quoted).join(', ')}`]),
    'inputs:',
    `  rows: {${input.join(', ')}}`,
    'identities:',
    '  - from: rows',
    `    id: ${quoted(id)}`,
    ...fields.flatMap(([field, column]) => (column === undefined ? [] : [`    ${field}: ${quoted(column)}`])),
    ...(manager === undefined
      ? []
      : [`    manager: {column: ${quoted(manager)}, match: [id, email, user_name, display_name]}`]),
    '    other_columns: attributes',
    ...(entitlement === undefined
      ? [
          '# No column looks like an entitlement. Uncomment this and name it:',
          '# grants:',
          '#   - from: rows',
          `#     application: ${ofApplication}`,
          `#     holder: {column: ${quoted(id)}, match: id}`,
          '#     entitlement: COLUMN',
        ]
      : [
          '# Where one cell holds several entitlements: {column: ..., split: ";"} under "each", as docs/import/maps.md shows.',
          'grants:',
          '  - from: rows',
          `    application: ${ofApplication}`,
          `    holder: {column: ${quoted(id)}, match: id}`,
          `    entitlement: ${quoted(entitlement)}`,
        ]),
    '',
  ].join('\n')
}

/** The columns of a table, or the members of those records of a document that have the most. */
export function recordsOf({ columns, skeleton }: Part): { path: string; columns: readonly string[] } {
  if (skeleton === undefined) return { path: '', columns: (columns ?? []).filter((column) => column !== '') }
  let best = { path: '', columns: [] as string[] }
  for (const [path, members] of skeleton) {
    const depth = path === '' ? 0 : path.split('.').length
    if (depth <= 2 && members.size > best.columns.length)
      best = { path: withAnyNames(path), columns: [...members].filter((member) => member !== listedMember) }
  }
  return best
}

/** A path of a map cannot contain a name with a dot. */
function withAnyNames(path: string): string {
  const segments = path.split('.')
  return segments.map((segment) => (segment.includes(keyDot) ? '*' : segment)).join('.')
}

function formatOf({ format, skeleton }: Part, path: string): string[] {
  return skeleton !== undefined && path === '' ? [`format: ${format}`] : []
}

function baseName(name: string): string {
  const base = name.split('/').at(-1) ?? name
  return base.replace(/\.[a-z0-9]+(\[.*)?$/i, '').replaceAll(/[^\p{L}\p{N}._-]/gu, '-') || 'source'
}

function quoted(text: string): string {
  return /^[\p{L}_][\p{L}\p{N}_ -]*$/u.test(text) ? text : JSON.stringify(text)
}
