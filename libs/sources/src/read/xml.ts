import { SaxesParser } from 'saxes'
import { decoded, type Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import { DocumentRow, type Row } from '../row.ts'
import { isList, type Members, type Value } from '../value.ts'
import { matchesSegments, segmentsOf } from './document.ts'
import type { ElementEvents } from './element-events.ts'
import { mostFieldTables, NamedFieldRows, NamedFieldTables } from './named-fields.ts'
import type { RowReading, Shape } from './part.ts'

interface Element {
  readonly name: string
  readonly members: Record<string, Value>
  text: string
}

const deepestNesting = 200
/** The maximum depth of the elements of a list. */
const deepestList = 5

/**
 * Reads an element as a record: its attributes are `@name`, its child elements are members by their local names, and repeated ones
 * are lists.
 */
class ElementRows implements ElementEvents {
  rows: Row[] = []
  readonly #part: string
  readonly #line: () => number
  readonly #wanted: readonly { segments: readonly string[]; path: string }[]
  readonly #path: string[] = []
  readonly #building: Element[] = []
  #record: { path: string; line: number } | undefined

  constructor(part: string, line: () => number, paths: readonly { path: string }[]) {
    this.#part = part
    this.#line = line
    this.#wanted = paths.map(({ path }) => ({ segments: segmentsOf(path), path }))
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#path.push(name)
    if (this.#record === undefined) {
      const wanted = this.#wanted.find(({ segments }) => matchesSegments(segments, this.#path))
      if (wanted === undefined) return
      this.#record = { path: wanted.path, line: this.#line() }
    }
    const members: Record<string, Value> = Object.create(null)
    for (const [attribute, value] of Object.entries(attributes)) members[`@${attribute}`] = value
    this.#building.push({ name, members, text: '' })
  }

  text(text: string): void {
    const element = this.#building.at(-1)
    if (element !== undefined) element.text += text
  }

  close(): void {
    const name = this.#path.pop() ?? ''
    const element = this.#building.pop()
    if (element === undefined || this.#record === undefined) return
    const value = elementValue(element)
    const above = this.#building.at(-1)
    if (above === undefined) {
      const members = typeof value === 'string' ? { '#value': value } : ((value ?? {}) as Members)
      this.rows.push(new DocumentRow(this.#part, this.#record.line, this.#record.path, { ...members, '#name': name }))
      this.#record = undefined
      return
    }
    const before = above.members[element.name]
    if (before === undefined) above.members[element.name] = value
    else if (isList(before)) (before as Value[]).push(value)
    else above.members[element.name] = [before, value]
  }
}

function elementValue({ members, text }: Element): Value {
  const trimmed = text.trim()
  if (Object.keys(members).length === 0) return trimmed
  if (trimmed !== '') members['#text'] = trimmed
  return members
}

class ElementSkeleton implements ElementEvents {
  readonly fields = new NamedFieldTables()
  readonly members = new Map<string, Set<string>>()
  readonly #counts = new Map<string, number>()
  readonly #path: string[] = []

  /** Repeated elements, and elements that are the only kind in their parent, form a list. */
  get shape(): Shape {
    const lists = [...this.#counts].flatMap(([path, count]) => {
      const above = this.members.get(path.slice(0, Math.max(0, path.lastIndexOf('.'))))
      const children = [...(above ?? [])].filter((name) => !name.startsWith('@'))
      return path.includes('.') && (count > 1 || children.length === 1) ? [path] : []
    })
    return { skeleton: this.members, lists: new Set(lists) }
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.fields.open(name, attributes)
    this.#membersAt(this.#path).add(name)
    this.#path.push(name)
    if (this.#path.length <= deepestList) {
      const path = this.#path.join('.')
      const before = this.#counts.get(path)
      if (before !== undefined || this.#counts.size < 5_000) this.#counts.set(path, (before ?? 0) + 1)
    }
    const members = this.#membersAt(this.#path)
    for (const attribute of Object.keys(attributes)) members.add(`@${attribute}`)
  }

  text(text: string): void {
    this.fields.text(text)
  }

  close(): void {
    this.fields.close()
    this.#path.pop()
  }

  #membersAt(path: readonly string[]): Set<string> {
    const key = path.slice(0, 6).join('.')
    let members = this.members.get(key)
    if (members === undefined) {
      members = new Set()
      if (this.members.size < 5_000) this.members.set(key, members)
    }
    return members
  }
}

async function* elementsOf(
  file: InputFile,
  encoding: Encoding,
  longest: number,
  eventsFor: (line: () => number) => ElementEvents,
): AsyncGenerator<ElementEvents, void, undefined> {
  // Entities of the document are not defined, so the parser refuses their use.
  const parser = new SaxesParser({ xmlns: false })
  const events = eventsFor(() => parser.line)
  let failure: Error | undefined
  let depth = 0
  let pending = 0
  const local = (name: string) => name.slice(name.indexOf(':') + 1)
  parser.on('error', (error) => {
    failure ??= error
  })
  parser.on('opentag', ({ name, attributes }) => {
    pending = 0
    if (++depth > deepestNesting) failure ??= new Error(`elements are nested deeper than ${deepestNesting}`)
    const own = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [local(key), value]))
    events.open(local(name), own as Record<string, string>)
  })
  parser.on('text', (text) => events.text(text))
  parser.on('cdata', (text) => events.text(text))
  parser.on('closetag', () => {
    pending = 0
    depth--
    events.close()
  })
  const check = () => {
    if (pending > longest) failure ??= new Error(`an element of more than ${longest} characters`)
    if (failure === undefined) return
    throw new UnreadableFile(file.name, parser.line, `is no XML here (${failure.message}); export it again`, {
      cause: failure,
    })
  }
  for await (const text of decoded(file, encoding)) {
    pending += text.length
    parser.write(text)
    check()
    yield events
  }
  parser.close()
  check()
  yield events
}

export async function* xmlRows(
  file: InputFile,
  encoding: Encoding,
  longest: number,
  { paths }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  yield* takenRows(elementsOf(file, encoding, longest, (line) => new ElementRows(file.name, line, paths)))
}

async function* takenRows(all: AsyncIterable<ElementEvents>): AsyncGenerator<readonly Row[], void, undefined> {
  for await (const events of all) {
    const found = events as ElementEvents & { rows: Row[] }
    if (found.rows.length > 0) yield found.rows
    found.rows = []
  }
}

const moreTables = `has more than ${mostFieldTables} tables; export those with access data`

export async function xmlShape(file: InputFile, encoding: Encoding, longest: number): Promise<Shape> {
  let skeleton: ElementSkeleton | undefined
  for await (const events of elementsOf(file, encoding, longest, () => new ElementSkeleton())) {
    skeleton = events as ElementSkeleton
  }
  if (skeleton === undefined) return { skeleton: new Map(), lists: new Set() }
  const { hasMore } = skeleton.fields
  const tables = skeleton.fields.tables.map(({ name, path, columns }) => ({
    name,
    path,
    columns,
    rows: ({ synonyms }: RowReading) => {
      // Another one may say who has access, or who is inactive.
      if (hasMore) throw new UnreadableFile(file.name, 0, moreTables)
      const form = { path, name, columns }
      const eventsFor = (line: () => number) => new NamedFieldRows(file.name, form, synonyms, line)
      return takenRows(elementsOf(file, encoding, longest, eventsFor))
    },
  }))
  return { ...skeleton.shape, ...(tables.length > 0 && { tables }) }
}
