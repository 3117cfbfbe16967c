import { ClosingRow, DocumentRow, type Row } from '../row.ts'
import { isList, isMembers, listOf, type Members, textOf, type Value } from '../value.ts'
import { withoutConnections } from './graphql-connections.ts'
import type { RecordPath, Shape, Tree } from './part.ts'

/** The parts of a document, in their order. */
export interface DocumentEvents {
  begin(kind: 'object' | 'list'): void
  key(name: string): void
  /** Undefined stands for null. */
  scalar(value: string | undefined): void
  end(): void
}

type MutableMembers = Record<string, Value>

interface Level {
  readonly kind: 'object' | 'list'
  /** The path of the container; lists add nothing. */
  readonly path: readonly string[]
  key: string
  /** The number of earlier values, for the place of a row. */
  index: number
  readonly place: string
}

/**
 * Makes rows of the records at the requested paths and forgets the rest, so that a document of any size needs the memory of one
 * record. A scalar in a list at such a path is a row with the column `#value`. A record of an object has the name of its member as
 * `#key`.
 */
export class DocumentRows implements DocumentEvents {
  /** The reader takes them after each chunk. */
  rows: Row[] = []
  readonly #part: string
  readonly #wanted: readonly { segments: readonly string[]; recordPath: RecordPath }[]
  readonly #levels: Level[] = []
  /** The containers of the record in progress, innermost last. */
  readonly #building: (MutableMembers | Value[])[] = []
  #keys: string[] = []
  #record: { recordPath: RecordPath; place: string; key: string } | undefined
  #documents = 0

  constructor(part: string, paths: readonly RecordPath[]) {
    this.#part = part
    // A path with a name comes before a path with `*`.
    const anyNames = ({ segments }: { segments: readonly string[] }) => segments.filter((one) => one === '*').length
    this.#wanted = paths
      .map((recordPath) => ({ segments: segmentsOf(recordPath.path), recordPath }))
      .toSorted((one, other) => anyNames(one) - anyNames(other))
  }

  /** Counts documents that others made rows of. Returns the number of earlier documents. */
  pass(documents: number): number {
    this.#documents += documents
    return this.#documents - documents
  }

  begin(kind: 'object' | 'list'): void {
    if (this.#record !== undefined) {
      const value = kind === 'object' ? (Object.create(null) as MutableMembers) : []
      this.#put(value)
      this.#building.push(value)
      this.#keys.push('')
      return
    }
    const { path, place, key } = this.#next()
    const recordPath = kind === 'object' ? this.#wantedAt(path) : undefined
    if (recordPath === undefined) {
      this.#levels.push({ kind, path, key: '', index: 0, place })
      return
    }
    this.#record = { recordPath, place, key }
    this.#building.push(Object.create(null) as MutableMembers)
    this.#keys.push('')
  }

  key(name: string): void {
    if (this.#record !== undefined) this.#keys[this.#keys.length - 1] = name
    else {
      const level = this.#levels.at(-1)
      if (level !== undefined) level.key = name
    }
  }

  scalar(value: string | undefined): void {
    if (this.#record !== undefined) {
      this.#put(value)
      return
    }
    const { path, place, key, isInList } = this.#next()
    const recordPath = value === undefined || !(isInList || path.length > 0) ? undefined : this.#wantedAt(path)
    if (recordPath === undefined || value === undefined) return
    // A document whose top-level names are roles with lists of people may also have a version and a title.
    if (!isInList && recordPath.path === '*')
      this.rows.push(new ClosingRow(this.#part, place, 'a single value stands where others have a list'))
    else this.rows.push(new DocumentRow(this.#part, place, recordPath.path, { '#value': value, '#key': key }))
  }

  end(): void {
    if (this.#record === undefined) {
      this.#levels.pop()
      return
    }
    const value = this.#building.pop()
    this.#keys.pop()
    if (this.#building.length > 0 || value === undefined) return
    const { recordPath, place, key } = this.#record
    this.#record = undefined
    const record = (recordPath.hasConnections ? withoutConnections(value) : value) as MutableMembers
    if (recordPath.path.endsWith('*')) record['#key'] = key
    if (recordPath.tree === undefined) this.rows.push(new DocumentRow(this.#part, place, recordPath.path, record))
    else this.#addTree(record, place, recordPath.path, recordPath.tree, '', 0)
  }

  #addTree(record: Members, place: string, path: string, tree: Tree, parent: string, depth: number): void {
    const name = textOf(record[tree.name] ?? record['#key'])
    const own = parent === '' && tree.separator !== '/' ? name : `${parent}${tree.separator}${name}`
    const below = record[tree.children]
    const row = { ...record, '#path': own, '#parent': parent, '#depth': String(depth) }
    this.rows.push(new DocumentRow(this.#part, place, path, row))
    if (isMembers(below)) {
      for (const [key, child] of Object.entries(below)) {
        if (isMembers(child)) this.#addTree({ ...child, '#key': key }, `${place}.${key}`, path, tree, own, depth + 1)
      }
      return
    }
    for (const [index, child] of listOf(below).entries()) {
      if (isMembers(child)) this.#addTree(child, `${place}.${tree.children}[${index}]`, path, tree, own, depth + 1)
    }
  }

  #put(value: Value): void {
    const container = this.#building.at(-1)
    if (container === undefined) return
    if (isList(container)) (container as Value[]).push(value)
    else container[this.#keys.at(-1) ?? ''] = value
  }

  /** The position of the value that begins now. */
  #next(): { path: readonly string[]; place: string; key: string; isInList: boolean } {
    const level = this.#levels.at(-1)
    if (level === undefined) {
      this.#documents++
      return { path: [], place: documentPlace(this.#documents), key: '', isInList: false }
    }
    if (level.kind === 'list') {
      return {
        path: level.path,
        place: `${level.place}[${level.index++}]`,
        key: level.path.at(-1) ?? '',
        isInList: true,
      }
    }
    const { key } = level
    return { path: [...level.path, key], place: `${level.place}.${key}`, key, isInList: false }
  }

  #wantedAt(path: readonly string[]): RecordPath | undefined {
    return this.#wanted.find(({ segments }) => matchesSegments(segments, path))?.recordPath
  }
}

/** The place of a document in its file, from 1. */
export function documentPlace(number: number): string {
  return number === 1 ? '$' : `record ${number}`
}

export function segmentsOf(path: string): string[] {
  return path === '' ? [] : path.split('.')
}

export function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length !== path.length) return false
  return pattern.every((segment, index) => segment === '*' || segment === path[index])
}

/** Replaces, in the paths of a skeleton, a dot in a name, such as the domain in `domains: {"x.test": {}}`. */
export const keyDot = '\u2024'

/** A member of records in a list at the top of their document, or in several documents of one file. */
export const listedMember = '#listed'

/** Collects the members of the records at each path, so that a document can be recognised. */
export class DocumentSkeleton implements DocumentEvents {
  readonly members = new Map<string, Set<string>>()
  readonly #lists = new Set<string>()
  readonly #levels: { kind: 'object' | 'list'; path: string; key: string; depth: number }[] = []
  #documents = 0

  get shape(): Shape {
    return { skeleton: this.members, lists: this.#lists }
  }

  begin(kind: 'object' | 'list'): void {
    const above = this.#levels.at(-1)
    const { path, depth } = this.#next()
    // Several documents in one file also form a list.
    const isListed = above === undefined ? ++this.#documents > 1 : above.kind === 'list'
    if (kind === 'object' && isListed && depth <= usualDepth && this.#lists.size < mostLists) this.#lists.add(path)
    this.#levels.push({ kind, path, key: '', depth })
    if (kind === 'object' && this.#isDescribed(depth)) this.#membersAt(path)
    if (kind === 'object' && isListed && path === '') this.#membersAt(path)?.add(listedMember)
  }

  key(name: string): void {
    const level = this.#levels.at(-1)
    if (level === undefined) return
    level.key = name
    if (this.#isDescribed(level.depth)) this.#membersAt(level.path)?.add(name)
  }

  scalar(): void {
    const level = this.#levels.at(-1)
    if (level?.kind === 'list' && this.#isDescribed(level.depth)) this.#membersAt(level.path)?.add('#value')
  }

  end(): void {
    this.#levels.pop()
  }

  /** Deep paths do not use up the limit for other paths. */
  #isDescribed(depth: number): boolean {
    return depth <= deepest && (depth <= usualDepth || this.members.size < mostPaths / 2)
  }

  #membersAt(path: string): Set<string> | undefined {
    let members = this.members.get(path)
    if (members === undefined && this.members.size < mostPaths) {
      members = new Set()
      this.members.set(path, members)
    }
    return members
  }

  #next(): { path: string; depth: number } {
    const level = this.#levels.at(-1)
    if (level === undefined) return { path: '', depth: 0 }
    if (level.kind === 'list') return { path: level.path, depth: level.depth }
    const key = level.key.replaceAll('.', keyDot)
    return { path: level.path === '' ? key : `${level.path}.${key}`, depth: level.depth + 1 }
  }
}

/** Deeper paths, and more of them, do not help to recognise a format. */
const usualDepth = 5
/** Responses of GraphQL are deeper, since their lists have two more levels. */
const deepest = 10
const mostPaths = 5_000
const mostLists = 200

/** Sends a value that is in memory as a whole as events. */
export function walk(value: Value, events: DocumentEvents): void {
  if (isList(value)) {
    events.begin('list')
    for (const each of value) walk(each, events)
    events.end()
  } else if (isMembers(value)) {
    events.begin('object')
    for (const [name, member] of Object.entries(value)) {
      events.key(name)
      walk(member, events)
    }
    events.end()
  } else events.scalar(value)
}
