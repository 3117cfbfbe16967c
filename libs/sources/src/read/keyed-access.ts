import { Header, type Synonyms } from '../header.ts'
import { type Row, sourceName, TableRow } from '../row.ts'
import { listOf, textOf } from '../value.ts'
import { keyDot } from './document.ts'
import type { NamedTable, Part, Skeleton } from './part.ts'
import { TableRows } from './table-rows.ts'

const columns = ['user', 'application', 'entitlement']

/** What a file with access is called, and one whose first keys are users or applications. */
const calledAccess = /access|permission|entitlement|grant|right|privilege|role|berechtigung|zugriff/i
const calledUsers = /user|people|person|member|account|staff|employee|benutzer|mitarbeiter|utilisateur|usuario/i
const calledApplications = /app(s|lication)|system|service|anwendung/i
/** What lists of a user are called, and no application. */
const ofUsers =
  /^(roles?|groups?|teams?|permissions?|entitlements?|privileges?|rights?|authorities|access|members(hips?)?)$/i

/**
 * A document of keys alone, `{"ana": {"crm": ["read", "write"]}}`, as a table of who has what in which application. Definitions of
 * roles have this shape too, and so have configurations: the name of the file has to say that it is access, and it or mail
 * addresses whose, as in `user-access.json`.
 */
export function keyedAccess(part: Part): NamedTable | undefined {
  const { skeleton } = part
  if (skeleton === undefined) return undefined
  const keys = keysOf(skeleton)
  if (keys === undefined) return undefined
  const hasUsersOutside = areUsersOutside(sourceName(part.name), keys)
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

/** The keys of both levels, if the document has two and lists of texts below; undefined for any other. */
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

/** Whether the first keys are users; undefined where nothing tells. */
function areUsersOutside(name: string, { outer, inner }: Keys): boolean | undefined {
  if (!calledAccess.test(name)) return undefined
  const isMail = (key: string) => key.includes('@')
  if (outer.every(isMail)) return true
  if (inner.every(isMail)) return false
  const [sayUsers, sayApplications] = [calledUsers.test(name), calledApplications.test(name)]
  return sayUsers === sayApplications ? undefined : sayUsers
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
