import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'

/** A fault of a map, with its line. */
class MapError extends Error {
  override readonly name = 'MapError'
  readonly file: string
  readonly line: number

  constructor(file: string, line: number, reason: string, options?: ErrorOptions) {
    super(`${file}:${line}: ${reason}`, options)
    this.file = file
    this.line = line
  }
}

/** Whether an error is a fault of a map, with its line. */
export function isMapError(error: unknown): error is Error & { readonly line: number } {
  return error instanceof MapError
}

/** Sets of members by their names. */
type SharedMembers = ReadonlyMap<string, ReadonlyMap<string, MapNode>>

/** The members of an object, and those of the sets that its `with` names; its own have priority. */
function withShared(own: ReadonlyMap<string, MapNode>, shared: SharedMembers): ReadonlyMap<string, MapNode> {
  const members = new Map(own)
  members.delete('with')
  const givers = new Map<string, string>()
  for (const node of own.get('with')?.oneOrMany() ?? []) {
    const set = node.oneOf([...shared.keys()])
    for (const [name, member] of shared.get(set) ?? []) {
      if (own.has(name)) continue
      const giver = givers.get(name)
      if (giver !== undefined) throw node.fail(`"${giver}" and "${set}" both have "${name}"; keep one of them`)
      givers.set(name, set)
      members.set(name, member)
    }
  }
  return members
}

/** A node in the YAML of a map. Its methods return the content by type, and report other content with its line. */
export class MapNode {
  readonly #node: Node | null
  readonly #source: { readonly file: string; readonly lines: LineCounter }
  /** Its name in messages: `grants[0].holder`. */
  readonly name: string
  /** The sets of members that the objects in this list may take with `with`. */
  readonly #shared: SharedMembers | undefined
  // A map is read in several passes, and reading it is most of what a short command does.
  #list: readonly MapNode[] | undefined
  #members: ReadonlyMap<string, MapNode> | undefined

  constructor(
    node: Node | null,
    source: { file: string; lines: LineCounter },
    name: string,
    shared?: SharedMembers | undefined,
  ) {
    this.#node = node
    this.#source = source
    this.name = name
    this.#shared = shared
  }

  /** The same list, in which "with: NAME" of an object stands for the members of that set. */
  sharing(shared: SharedMembers): MapNode {
    return new MapNode(this.#node, this.#source, this.name, shared)
  }

  get line(): number {
    const start = this.#node?.range?.[0]
    return start === undefined ? 1 : this.#source.lines.linePos(start).line
  }

  get isText(): boolean {
    return isScalar(this.#node)
  }

  get isList(): boolean {
    return isSeq(this.#node)
  }

  fail(reason: string, options?: ErrorOptions): MapError {
    return new MapError(this.#source.file, this.line, this.name === '' ? reason : `${this.name}: ${reason}`, options)
  }

  text(): string {
    if (!isScalar(this.#node)) throw this.fail('must be a text')
    const { value } = this.#node
    if (typeof value !== 'string' || value === '') throw this.fail('must not be empty')
    return value
  }

  /** Like `text`, but it may be empty: a constant, or a word of a table. */
  anyText(): string {
    if (!isScalar(this.#node) || typeof this.#node.value !== 'string') throw this.fail('must be a text')
    return this.#node.value
  }

  oneOf<T extends string>(words: readonly T[]): T {
    const text = this.text()
    const found = words.find((word) => word === text)
    if (found === undefined) throw this.fail(`"${text}" is none of ${words.join(', ')}`)
    return found
  }

  isTrue(): boolean {
    return this.oneOf(['true', 'false']) === 'true'
  }

  list(): readonly MapNode[] {
    if (!isSeq(this.#node)) throw this.fail('must be a list')
    this.#list ??= this.#node.items.map(
      (item, index) => new MapNode(item as Node | null, this.#source, `${this.name}[${index}]`, this.#shared),
    )
    return this.#list
  }

  /** A list, or a single element as a list. */
  oneOrMany(): readonly MapNode[] {
    return this.isList ? this.list() : [this]
  }

  /** The members of an object by name. */
  members(): ReadonlyMap<string, MapNode> {
    if (!isMap(this.#node)) throw this.fail('must be an object with members')
    this.#members ??= this.#readMembers()
    return this.#members
  }

  #readMembers(): ReadonlyMap<string, MapNode> {
    const members = new Map<string, MapNode>()
    for (const { key, value } of (this.#node as YAMLMap).items as Pair<Node, Node | null>[]) {
      const place = new MapNode(key, this.#source, this.name)
      const name = place.anyText()
      members.set(name, new MapNode(value, this.#source, this.name === '' ? name : `${this.name}.${name}`))
    }
    return this.#shared === undefined ? members : withShared(members, this.#shared)
  }

  /** Every scalar below, without the names of members, and without the members in `leftOut`. */
  *texts(leftOut: ReadonlySet<string> = new Set()): Generator<string> {
    if (isScalar(this.#node) && typeof this.#node.value === 'string') yield this.#node.value
    else if (isSeq(this.#node)) for (const item of this.list()) yield* item.texts(leftOut)
    else if (isMap(this.#node)) {
      for (const [name, member] of this.members()) if (!leftOut.has(name)) yield* member.texts(leftOut)
    }
  }

  /** Allows only the members of one kind of object, and requires some of them. */
  only({
    allowed,
    required,
  }: {
    readonly allowed: readonly string[]
    readonly required: readonly string[]
  }): ReadonlyMap<string, MapNode> {
    return this.object(allowed, required)
  }

  /** The members. Members that are not in `allowed` are refused, and those in `required` must exist. */
  object(allowed: readonly string[], required: readonly string[] = []): ReadonlyMap<string, MapNode> {
    const members = this.members()
    for (const [name, node] of members) {
      if (!allowed.includes(name)) throw node.fail(`is unknown here; known are ${allowed.join(', ')}`)
    }
    for (const name of required) {
      if (!members.has(name)) throw this.fail(`"${name}" is missing`)
    }
    return members
  }
}

/** A longer text is not a map. */
const longestMap = 2 ** 20

/** Reads the YAML of a map: every scalar is text; warnings, tags and anchors are refused. @throws MapError */
export function parseMapText(file: string, text: string): MapNode {
  if (text.length > longestMap) throw new MapError(file, 1, `is longer than ${longestMap} characters`)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw new MapError(file, lines.linePos(problem.pos[0]).line, problem.message)
  refuseMarks(document.contents, file, lines)
  return new MapNode(document.contents, { file, lines }, '')
}

const plainTags = new Set(['tag:yaml.org,2002:str', 'tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq', undefined])

function refuseMarks(node: unknown, file: string, lines: LineCounter): void {
  if (typeof node !== 'object' || node === null) return
  const { tag, anchor, range } = node as { tag?: string; anchor?: string; range?: [number] }
  const refuse = (reason: string): MapError =>
    new MapError(file, range === undefined ? 1 : lines.linePos(range[0]).line, reason)
  if ('source' in node && !isScalar(node)) throw refuse('aliases are refused; write it out')
  if (anchor !== undefined) throw refuse(`the anchor "&${anchor}" is refused; write it out`)
  if (!plainTags.has(tag)) throw refuse(`the tag "${tag}" is refused; every value is text`)
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      refuseMarks(key, file, lines)
      refuseMarks(value, file, lines)
    }
  } else if (isSeq(node)) for (const item of node.items) refuseMarks(item, file, lines)
}
