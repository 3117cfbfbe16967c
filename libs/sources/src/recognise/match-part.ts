import { looseName } from '../header.ts'
import type { AccessMap, Input } from '../map/map.ts'
import { keyDot, matchesSegments, segmentsOf } from '../read/document.ts'
import { hasUsersAsKeys } from '../read/keyed-access.ts'
import type { Part, Skeleton } from '../read/part.ts'

/** How well a part fits one input of a map. */
export interface Fit {
  readonly map: AccessMap
  readonly input: Input
  /** The columns of the input's signature that the part does not have; empty when it fits. */
  readonly missing: readonly string[]
  /** How much of the input's signature the part has. */
  readonly score: number
}

/** Formats of documents, which have members, and of tables, which have columns. */
const documentFormats = ['json', 'ndjson', 'yaml', 'toml', 'xml']
const tableFormats = ['delimited', 'bars', 'ruled', 'sheet', 'sqlite', 'parquet', 'records', 'inserts']

/** A name that a map requests says more than columns. */
export const namedScore = 100

/** How well a part fits an input; undefined for another kind of file. */
export function fitOf(part: Part, map: AccessMap, input: Input): Fit | undefined {
  if (!takesFormat(input, part)) return undefined
  if (input.sheet !== undefined && !part.name.toLowerCase().endsWith(`[${input.sheet.toLowerCase()}]`)) return undefined
  const isNamed = input.glob?.test(part.name) ?? false
  if (input.glob !== undefined && !isNamed) return undefined
  const top = part.skeleton?.get('')
  if (input.beside.some((member) => !top?.has(member)) || input.notBeside.some((member) => top?.has(member))) {
    return undefined
  }
  // Lists below users, and those of the records in a list, are not groups with their members.
  const isOfNames = input.path === '*' && input.columns.includes('#value')
  if (isOfNames && (hasUsersAsKeys(part) || part.lists?.has('') === true)) return undefined
  const has = part.skeleton === undefined ? hasColumn(part, map) : hasMember(part.skeleton, map, input)
  if (input.lacks.some((column) => has(column) || hasLike(part, map, column))) return undefined
  const missing = input.columns.filter((column) => !has(column))
  const exact = input.columns.filter((column) => looseColumns(part).has(looseOf(map, column)))
  // A synonym counts less than the name itself.
  const score =
    (input.columns.length - missing.length + exact.length) / 2 +
    (part.skeleton === undefined ? 0 : (input.columns.length - missing.length) / 2)
  if (input.only && missing.length === 0 && !hasOnly(part, map, input)) return undefined
  return { map, input, missing, score: score + (isNamed ? namedScore : 0) }
}

function takesFormat({ formats, path, tree }: Input, { format }: Part): boolean {
  if (formats.length > 0) return formats.includes(format)
  const isDocument = path !== '' || tree !== undefined
  return isDocument ? documentFormats.includes(format) : tableFormats.includes(format)
}

/** Whether a table has a column, by its name or by a synonym from the map. */
function hasColumn(part: Part, map: AccessMap): (column: string) => boolean {
  const names = looseColumns(part)
  return (column) =>
    names.has(looseOf(map, column)) || (map.synonyms[column] ?? []).some((name) => names.has(looseOf(map, name)))
}

/** Whether a table has a column whose name contains these letters: `*role*`. */
function hasLike(part: Part, map: AccessMap, pattern: string): boolean {
  const letters = /^\*(.+)\*$/.exec(pattern)?.[1]
  if (letters === undefined) return false
  const loose = looseOf(map, letters)
  return [...looseColumns(part)].some((name) => name.includes(loose))
}

// Each part is compared with each input of each map, so the loose names of both are made once.
const looseByColumns = new WeakMap<readonly string[], ReadonlySet<string>>()
const looseByMap = new WeakMap<AccessMap, Map<string, string>>()
const noColumns: ReadonlySet<string> = new Set()

function looseColumns({ columns }: Part): ReadonlySet<string> {
  if (columns === undefined) return noColumns
  let loose = looseByColumns.get(columns)
  if (loose === undefined) {
    loose = new Set(columns.map(looseName))
    looseByColumns.set(columns, loose)
  }
  return loose
}

/** The loose name of a column, a synonym or a pattern of a map. */
function looseOf(map: AccessMap, name: string): string {
  let names = looseByMap.get(map)
  if (names === undefined) {
    names = new Map()
    looseByMap.set(map, names)
  }
  let loose = names.get(name)
  if (loose === undefined) {
    loose = looseName(name)
    names.set(name, loose)
  }
  return loose
}

/** Whether records have a member, by its name or by a synonym from the map. */
function hasMember(skeleton: Skeleton, { synonyms }: AccessMap, { path }: Input): (column: string) => boolean {
  const segments = segmentsOf(path)
  const roots = [...skeleton.keys()].filter((key) => matchesSegments(segments, segmentsOf(key)))
  return (column) =>
    [column, ...(synonyms[column] ?? [])].some((name) => roots.some((root) => hasPath(skeleton, root, name)))
}

function hasPath(skeleton: Skeleton, root: string, column: string): boolean {
  if (skeleton.get(root)?.has(column)) return true
  for (let dot = column.lastIndexOf('.'); dot > 0; dot = column.lastIndexOf('.', dot - 1)) {
    const before = column.slice(0, dot)
    const rest = column.slice(dot + 1)
    for (const name of new Set([before, before.replaceAll('.', keyDot)])) {
      if (hasPath(skeleton, root === '' ? name : `${root}.${name}`, rest)) return true
    }
  }
  return false
}

/** Whether a table has only columns of the map: names that many tables have suffice only together. */
function hasOnly({ columns = [] }: Part, map: AccessMap, input: Input): boolean {
  const { synonyms } = map
  const known = new Set(
    [...input.columns, ...Object.keys(synonyms)]
      .flatMap((column) => [column, ...(synonyms[column] ?? [])])
      .map((name) => looseOf(map, name)),
  )
  return columns.every((column) => column === '' || known.has(looseName(column)))
}
