import { Header, looseName } from '../header.ts'
import { BrokenRow, ClosingRow, type Row, TableRow } from '../row.ts'
import { isList, isMembers, listOf, textOf, type Value } from '../value.ts'
import { keyedAccess } from './keyed-access.ts'
import type { NamedTable, Part, RowReading, Skeleton } from './part.ts'
import { TableRows } from './table-rows.ts'

/** The maximum number of lists of a document that are examined, and their maximum depth. */
const mostTables = 50
const deepest = 4
const mostColumns = 200
/** Names of a single thing: when a record has several of it, each becomes a row. */
const singleNames = new Set([
  ...['role', 'group', 'entitlement', 'permission', 'privilege', 'profile', 'team', 'right', 'authority', 'rolename'],
  ...['groupname', 'permissionset', 'rolle', 'gruppe', 'berechtigung', 'recht', 'profil', 'groupe', 'rol', 'grupo'],
])

/** Lists with these names become columns, with the names of their elements. */
const namedLists =
  /^(roles?|groups?|user_?groups?|teams?|permissions?|permission_?sets?|entitlements?|privileges?|authorities|policies)$/i
/** Members that name a thing, best first. */
const nameMembers = ['name', 'displayname', 'label', 'title', 'rolename', 'groupname', 'value', 'id']
/** Lists of people whom a document names because of their work. */
const makers = /^(developers?|contributors?|authors?|credits|cast|crew|speakers?|artists?)$/i

/** A column of a table from records, and the path of its values. */
interface Column {
  readonly name: string
  readonly path: readonly string[]
}

/**
 * The lists of records in a document as tables. Their columns are the members and attributes of the records, so that a map for a
 * CSV also takes the same data as XML or JSON.
 */
export function tablesOf(part: Part): Part[] {
  const { skeleton, lists = [] } = part
  if (skeleton === undefined) return []
  const keyed = keyedAccess(part)
  const named = [...(part.tables ?? []), ...(keyed === undefined ? [] : [keyed])]
  const tables = [...lists]
    .filter((path) => segmentCount(path) <= deepest && !makers.test(path.split('.').at(-1) ?? ''))
    .filter((path) => !named.some((table) => isWithin(path, table.path) || isWithin(table.path, path)))
    .map((path) => ({ path, columns: columnsAt(skeleton, path) }))
    .filter(({ columns }) => columns.length >= 2 && columns.length <= mostColumns)
    .slice(0, mostTables)
  const isAlone = tables.length === 1 && named.length === 0
  const ofLists = tables.map(({ path, columns }) => ({
    name: isAlone ? part.name : `${part.name}[${path.split('.').at(-1)}]`,
    format: 'records' as const,
    look: `${part.look}${path === '' ? '' : `, the list ${path}`}`,
    columns: columns.map(({ name }) => name),
    rows: (reading: RowReading) => recordRows(part, path, columns, reading),
  }))
  return [...named.filter(({ columns }) => columns.length >= 2).map((table) => namedPart(part, table)), ...ofLists]
}

function isWithin(path: string, outer: string): boolean {
  return outer === '' || path === outer || path.startsWith(`${outer}.`)
}

function namedPart({ name: file, look }: Part, { name, columns, rows }: NamedTable): Part {
  const said = name === '' ? look : `${look}, the table ${name}`
  return { name: name === '' ? file : `${file}[${name}]`, format: 'records', look: said, columns, rows }
}

function segmentCount(path: string): number {
  return path === '' ? 0 : path.split('.').length
}

/** Lists with these names contain people: the id of a record is then the id of a person. */
const people = /^(employee|employees|person|persons|people|staff|worker|workers|mitarbeiter)$/i

function columnsAt(skeleton: Skeleton, path: string): Column[] {
  const found = new Map<string, Column>()
  const isOfPeople = people.test(path.split('.').at(-1) ?? '')
  const named = (member: string) => (isOfPeople && /^@?id$/i.test(member) ? 'employee id' : bare(member))
  const add = (name: string, members: readonly string[]) => {
    const loose = name.toLowerCase()
    if (name !== '' && !found.has(loose)) found.set(loose, { name, path: members })
  }
  for (const member of skeleton.get(path) ?? []) {
    if (/^#/.test(member)) continue
    const below = [...(skeleton.get(path === '' ? member : `${path}.${member}`) ?? [])]
    const own = below.filter((name) => !name.startsWith('#'))
    // A single member only wraps a value or a list of values.
    const name = own.length > 1 && namedLists.test(bare(member)) ? nameAmong(own) : undefined
    if (name !== undefined) add(bare(member), [member, name])
    if (own.length <= 1) add(named(member), [member])
    else for (const name of own) add(`${bare(member)}.${bare(name)}`, [member, name])
  }
  return [...found.values()]
}

function nameAmong(members: readonly string[]): string | undefined {
  const loose = members.map((member) => looseName(bare(member)))
  const best = nameMembers.find((name) => loose.includes(name))
  return best === undefined ? undefined : members[loose.indexOf(best)]
}

/** The name of a member without the mark of an attribute. */
function bare(member: string): string {
  return member.replace(/^@/, '')
}

async function* recordRows(
  part: Part,
  path: string,
  columns: readonly Column[],
  { synonyms }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const header = new Header(
    part.name,
    1,
    columns.map(({ name }) => name),
    synonyms,
  )
  for await (const batch of part.rows({ paths: [{ path }], synonyms: {} })) {
    const rows: Row[] = []
    const take = (row: Row) => {
      if (row instanceof BrokenRow || row instanceof ClosingRow) rows.push(row)
      else for (const cells of cellsOf(row, columns)) rows.push(new TableRow(part.name, row.at, header, cells))
    }
    if (batch instanceof TableRows) {
      for (let index = 0; index < batch.length; index++)
        take(batch.isBroken(index) ? batch.brokenRow(index) : batch.row(index))
    } else for (const row of batch) take(row)
    if (rows.length > 0) yield rows
  }
}

/** The cells of a record. A list of roles or groups under a singular name makes one row for each of them. */
function cellsOf(row: Row, columns: readonly Column[]): readonly string[][] {
  const values = columns.map(({ path }) => textsAt(row, path))
  const [field, other] = values.flatMap(({ texts }, at) => (texts.length > 1 && isSingle(columns[at]) ? [at] : []))
  if (field === undefined || other !== undefined) return [values.map(cellOf)]
  return (values[field]?.texts ?? []).map((value) => values.map((all, at) => (at === field ? value : cellOf(all))))
}

function isSingle(column: Column | undefined): boolean {
  return singleNames.has(looseName(column?.name.split('.').at(-1) ?? ''))
}

/** The texts of a record in a column. */
interface Texts {
  readonly texts: readonly string[]
  /** Whether the file has them as a list. */
  readonly isList: boolean
}

/** The values of a list become lines, since a cell with a list is split at lines first, so that `a, b` stays one value. */
function cellOf({ texts: [first = '', ...others], isList: isListed }: Texts): string {
  if (others.length > 0) return [first, ...others].join('\n')
  return isListed && /[,|#]/.test(first) ? `${first}\n` : first
}

function textsAt(row: Row, [member = '', name]: readonly string[]): Texts {
  const value = row.get(member)
  const own = name === undefined ? value : listOf(value).flatMap((one) => (isMembers(one) ? listOf(one[name]) : []))
  return { texts: textsOf(own).filter((text) => text !== ''), isList: isList(value) }
}

/** The text of an element, or of the only member of an object; for a list the texts of all elements. */
function textsOf(value: Value): string[] {
  if (isList(value)) return value.flatMap(textsOf)
  if (!isMembers(value)) return [textOf(value).trim()]
  if (value['#text'] !== undefined) return [textOf(value['#text']).trim()]
  const [only, another] = Object.keys(value).filter((name) => !name.startsWith('#'))
  return only === undefined || another !== undefined ? [] : textsOf(value[only])
}
