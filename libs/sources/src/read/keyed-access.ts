import { Header, type Synonyms } from '../header.ts'
import { type Row, sourceName, TableRow } from '../row.ts'
import { listOf, textOf } from '../value.ts'
import { keyDot } from './document.ts'
import type { NamedTable, Part, Skeleton } from './part.ts'
import { TableRows } from './table-rows.ts'

const columns = ['user', 'application', 'entitlement']
const listColumns = ['user', 'entitlement']

/** Names of files with access, and of files whose first keys are users or applications. */
const calledAccess = /access|permission|entitlement|grant|right|privilege|role|berechtigung|zugriff/i
const calledUsers = /user|people|person|member|account|staff|employee|benutzer|mitarbeiter|utilisateur|usuario/i
const calledApplications = /app(s|lication)|system|service|anwendung/i
/** What lists of a user are called, and no application. */
const ofUsers =
  /^(roles?|groups?|teams?|permissions?|entitlements?|privileges?|rights?|authorities|access|members(hips?)?)$/i

/** `user-roles`, `groups_by_user`: the first keys are users. User groups are groups. */
const calledAfterUsers =
  /(user|person|people|account|staff|employee|login|benutzer|mitarbeiter)s?[-_. ]?(to[-_. ])?(roles?|permissions?|rights|access|entitlements?)$|(by|per)[-_. ]?(user|person|account|login|employee)s?$/i
const calledGroups = /group|team|gruppe/i

/** Whether a document contains only lists of texts below keys that are users: mail addresses, or as its name says. */
export function hasUsersAsKeys({ name, skeleton }: Pick<Part, 'name' | 'skeleton'>): boolean {
  const keys = [...(skeleton?.get('') ?? [])]
  const isList = (key: string) => {
    const values = skeleton?.get(key.replaceAll('.', keyDot))
    return values === undefined || (values.size === 1 && values.has('#value'))
  }
  return (
    keys.length > 0 &&
    keys.every(isList) &&
    (keys.every((key) => key.includes('@')) || calledAfterUsers.test(sourceName(name)))
  )
}

/**
 * Reads a document that consists only of keys, `{"ana": {"crm": ["read", "write"]}}`, as a table of people, applications and
 * access. Definitions of roles and configurations have this shape too. So the name of the file must say that it has access, and the
 * name or mail addresses must show which keys are people, as in `user-access.json`.
 */
export function keyedAccess(part: Part): NamedTable | undefined {
  const { skeleton } = part
  if (skeleton === undefined) return undefined
  const name = sourceName(part.name)
  if (hasUsersAsKeys(part) && (calledAccess.test(name) || calledGroups.test(name))) {
    return { name: '', path: '', columns: listColumns, rows: ({ synonyms }) => listRows(part, synonyms) }
  }
  const keys = keysOf(skeleton)
  if (keys === undefined) return undefined
  const hasUsersOutside = areUsersOutside(name, keys)
  if (hasUsersOutside === undefined) return undefined
  const applications = hasUsersOutside ? keys.inner : keys.outer
  if (applications.some((name) => ofUsers.test(name))) return undefined
  return {
    name: '',
    path: '',
    columns,
    rows: ({ synonyms }) => keyedRows(part, hasUsersOutside, synonyms),
  }
}

interface Keys {
  readonly outer: readonly string[]
  readonly inner: readonly string[]
}

/** The keys of both levels, if the document has two levels and lists of texts below; undefined for other documents. */
function keysOf(skeleton: Skeleton): Keys | undefined {
  const outer = [...(skeleton.get('') ?? [])]
  const inner = new Set<string>()
  let paths = 1
  for (const key of outer) {
    const path = key.replaceAll('.', keyDot)
    const below = skeleton.get(path)
    if (below === undefined || below.size === 0) return undefined
    paths++
    for (const name of below) {
      const values = skeleton.get(`${path}.${name.replaceAll('.', keyDot)}`)
      if (values?.size !== 1 || !values.has('#value')) return undefined
      paths++
      inner.add(name)
    }
  }
  return outer.length > 0 && paths === skeleton.size ? { outer, inner: [...inner] } : undefined
}

/** Whether the first keys are users; undefined when nothing shows it. */
function areUsersOutside(name: string, { outer, inner }: Keys): boolean | undefined {
  if (!calledAccess.test(name)) return undefined
  const isMail = (key: string) => key.includes('@')
  if (outer.every(isMail)) return true
  if (inner.every(isMail)) return false
  const [sayUsers, sayApplications] = [calledUsers.test(name), calledApplications.test(name)]
  return sayUsers === sayApplications ? undefined : sayUsers
}

async function* listRows(part: Part, synonyms: Synonyms): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(part.name, 1, listColumns, synonyms)
  for await (const batch of part.rows({ paths: [{ path: '*' }], synonyms: {} })) {
    if (batch instanceof TableRows) continue
    yield batch.map(
      (row) => new TableRow(part.name, row.at, header, [textOf(row.get('#key')), textOf(row.get('#value'))]),
    )
  }
}

async function* keyedRows(
  part: Part,
  hasUsersOutside: boolean,
  synonyms: Synonyms,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(part.name, 1, columns, synonyms)
  for await (const batch of part.rows({ paths: [{ path: '*' }], synonyms: {} })) {
    if (batch instanceof TableRows) continue
    yield batch.flatMap((row) => {
      const outer = textOf(row.get('#key'))
      return row
        .columns()
        .filter((column) => !column.startsWith('#'))
        .flatMap((inner) => {
          const [user, application] = hasUsersOutside ? [outer, inner] : [inner, outer]
          return listOf(row.get(inner)).map(
            (right) => new TableRow(part.name, row.at, header, [user, application, textOf(right)]),
          )
        })
    })
  }
}
