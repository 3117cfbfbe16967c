import { type ParsedTokenInfo, Tokenizer, TokenType } from '@streamparser/json'
import { decoded, decodedBytes, type Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import { type DocumentEvents, DocumentRows, DocumentSkeleton, documentPlace } from './document.ts'
import { FlatRecords } from './flat-records.ts'
import { withoutComments } from './json-comments.ts'
import type { RowBatch, RowReading, Skeleton } from './part.ts'
import { ColumnDictionaries, TableRows } from './table-rows.ts'

/** One document or many behind each other, and whether people commented on it. */
interface JsonForm {
  readonly isMany: boolean
  readonly hasComments: boolean
}

const deepestNesting = 200
/** Characters without a token: a text longer than this is no value of access data. */
const longestToken = 32 * 2 ** 20

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end' | 'nothing'

/** Numbers stay as they are written: an id of 19 digits is longer than a double's precision. */
class TextNumbers extends Tokenizer {
  protected override parseNumber(digits: string): number {
    return digits as unknown as number
  }
}

/** Checks the grammar of one document, or of many behind each other, and passes it on as events. */
class Grammar {
  readonly #events: DocumentEvents
  readonly #many: boolean
  readonly #open: ('object' | 'list')[] = []
  #expected: Expected = 'value'

  constructor(events: DocumentEvents, many: boolean) {
    this.#events = events
    this.#many = many
  }

  get isWhole(): boolean {
    return this.#open.length === 0 && (this.#expected === 'nothing' || this.#many)
  }

  take({ token, value }: ParsedTokenInfo): void {
    switch (token) {
      case TokenType.LEFT_BRACE:
        this.#begin('object', 'key or }')
        return
      case TokenType.LEFT_BRACKET:
        this.#begin('list', 'value or ]')
        return
      case TokenType.RIGHT_BRACE:
        this.#end('object', 'key or }')
        return
      case TokenType.RIGHT_BRACKET:
        this.#end('list', 'value or ]')
        return
      case TokenType.COLON:
        if (this.#expected !== 'colon') throw new Error('a colon stands in a wrong place')
        this.#expected = 'value'
        return
      case TokenType.COMMA:
        if (this.#expected !== 'comma or end') throw new Error('a comma stands in a wrong place')
        this.#expected = this.#open.at(-1) === 'object' ? 'key' : 'value'
        return
      case TokenType.SEPARATOR:
        return
      case TokenType.NULL:
        this.#needValue()
        this.#events.scalar(undefined)
        this.#after()
        return
      default:
        if (token === TokenType.STRING && (this.#expected === 'key' || this.#expected === 'key or }')) {
          this.#events.key(String(value))
          this.#expected = 'colon'
          return
        }
        this.#needValue()
        this.#events.scalar(String(value))
        this.#after()
        return
    }
  }

  #begin(kind: 'object' | 'list', expected: Expected): void {
    this.#needValue()
    if (this.#open.push(kind) > deepestNesting) throw new Error(`values are nested deeper than ${deepestNesting}`)
    this.#events.begin(kind)
    this.#expected = expected
  }

  #end(kind: 'object' | 'list', whenEmpty: Expected): void {
    const fits = this.#open.at(-1) === kind && (this.#expected === whenEmpty || this.#expected === 'comma or end')
    if (!fits) throw new Error('a bracket closes what is not open')
    this.#open.pop()
    this.#events.end()
    this.#after()
  }

  #needValue(): void {
    if (this.#expected !== 'value' && this.#expected !== 'value or ]')
      throw new Error('a value stands in a wrong place')
  }

  #after(): void {
    this.#expected = this.#open.length > 0 ? 'comma or end' : this.#many ? 'value' : 'nothing'
  }
}

/** Lines are held up to here; longer ones are read piece by piece. */
const longestLine = 2 ** 20
/** Numbers that a double might write otherwise than they stand there, if they are no part of a text. */
const delicateNumber = /[[:,]\s*-?(?:\d{16}|\d+[.eE]|0\d)|[[:,]\s*-0/

/** Sends a line through the events that is one record, which V8 parses many times faster; false for any other line. */
function wholeRecord(line: string, events: DocumentEvents): boolean {
  if (!line.startsWith('{') || delicateNumber.test(line)) return false
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    // The tokenizer says what is wrong, and where.
    return false
  }
  sendValue(record, events, 0)
  return true
}

function sendValue(value: unknown, events: DocumentEvents, depth: number): void {
  if (depth > deepestNesting) throw new Error(`values are nested deeper than ${deepestNesting}`)
  if (Array.isArray(value)) {
    events.begin('list')
    for (const each of value) sendValue(each, events, depth + 1)
    events.end()
  } else if (typeof value === 'object' && value !== null) {
    events.begin('object')
    for (const [name, member] of Object.entries(value)) {
      events.key(name)
      sendValue(member, events, depth + 1)
    }
    events.end()
  } else events.scalar(value === null ? undefined : String(value))
}

/** Sends a JSON document, or with `isMany` one after another (NDJSON), through the events, while its text comes. */
class JsonReader {
  /** Characters that were read. */
  length = 0
  readonly #file: string
  readonly #events: DocumentEvents
  readonly #isMany: boolean
  readonly #grammar: Grammar
  readonly #tokenizer: TextNumbers
  #line = 1
  #lastToken = 0
  /** Between two records, with nothing of the next one read. */
  #isBetween = true
  #isWritten: boolean
  #rest = ''

  constructor(file: string, events: DocumentEvents, isMany: boolean) {
    this.#file = file
    this.#events = events
    this.#isMany = isMany
    this.#isWritten = !isMany
    this.#grammar = new Grammar(events, isMany)
    this.#tokenizer = isMany ? new TextNumbers({ separator: '' }) : new TextNumbers()
    this.#tokenizer.onToken = (token) => {
      this.#grammar.take(token)
      this.#lastToken = this.length
    }
    this.#tokenizer.onError = (error) => {
      throw error
    }
  }

  /** What comes next begins a line and a record. */
  get isAtRecord(): boolean {
    return this.#isMany && this.#isBetween && this.#rest === ''
  }

  /** Counts lines that are whole records and that others read. */
  pass(lines: number): void {
    this.#line += lines
  }

  /** @throws UnreadableFile */
  take(text: string): void {
    this.#guarded(() => {
      // In pieces, so that a fault names its line.
      for (const piece of (this.#rest + text).split(/(?<=\n)/)) {
        this.#rest = ''
        if (this.#isMany && this.#isBetween && !piece.endsWith('\n') && piece.length < longestLine) {
          this.#rest = piece
          break
        }
        this.#takePiece(piece)
      }
    })
  }

  #takePiece(piece: string): void {
    this.length += piece.length
    if (this.#isMany && this.#isBetween && wholeRecord(piece, this.#events)) this.#lastToken = this.length
    else {
      this.#tokenizer.write(piece)
      this.#isWritten = true
      this.#isBetween = piece.endsWith('\n') && this.#grammar.isWhole
    }
    if (this.length - this.#lastToken > longestToken) throw new Error(`a value of more than ${longestToken} characters`)
    if (piece.endsWith('\n')) this.#line++
  }

  /** @throws UnreadableFile */
  end(): void {
    this.#guarded(() => {
      if (this.#rest !== '') this.#tokenizer.write(this.#rest)
      if ((this.#isWritten || this.#rest !== '') && !this.#tokenizer.isEnded) this.#tokenizer.end()
    })
    if (this.#grammar.isWhole) return
    throw new UnreadableFile(this.#file, this.#line, 'the JSON ends in the middle; the file is cut off')
  }

  #guarded(read: () => void): void {
    try {
      read()
    } catch (cause) {
      const reason = `is no JSON here (${cause instanceof Error ? cause.message : cause}); export it again`
      throw new UnreadableFile(this.#file, this.#line, reason, { cause })
    }
  }
}

/** Sends a file through the events; yields the characters that were read after each chunk. */
async function* eventsOf(
  file: InputFile,
  encoding: Encoding,
  events: DocumentEvents,
  { isMany, hasComments }: JsonForm,
): AsyncGenerator<number, void, undefined> {
  const reader = new JsonReader(file.name, events, isMany)
  for await (const text of hasComments ? withoutComments(decoded(file, encoding)) : decoded(file, encoding)) {
    reader.take(text)
    yield reader.length
  }
  reader.end()
  // The last line may have no end of its own.
  yield reader.length
}

export async function* jsonRows(
  file: InputFile,
  encoding: Encoding,
  form: JsonForm,
  { paths }: RowReading,
): AsyncGenerator<RowBatch, void, undefined> {
  const rows = new DocumentRows(file.name, paths)
  const whole = paths.find(({ path }) => path === '')
  if (form.isMany && !form.hasComments && whole !== undefined && whole.tree === undefined) {
    yield* lineRows(file, encoding, rows)
    return
  }
  for await (const _ of eventsOf(file, encoding, rows, form)) {
    if (rows.rows.length > 0) yield rows.rows
    rows.rows = []
  }
}

/** The rows of records behind each other, each a row: flat ones, a line each, are cut without being parsed. */
async function* lineRows(
  file: InputFile,
  encoding: Encoding,
  rows: DocumentRows,
): AsyncGenerator<RowBatch, void, undefined> {
  const reader = new JsonReader(file.name, rows, true)
  const flat = new FlatRecords()
  const dictionaries = new NamedDictionaries()
  const order = Int32Array.from({ length: flat.first.length }, (_, record) => record)
  for await (const bytes of decodedBytes(file, encoding)) {
    flat.push(bytes)
    for (;;) {
      const count = reader.isAtRecord ? flat.scan() : 0
      if (count > 0) {
        if (rows.rows.length > 0) yield rows.rows
        rows.rows = []
        reader.pass(count)
        const before = rows.pass(count)
        const { columns, of } = dictionaries.named(flat.names)
        const placed = {
          part: file.name,
          path: '',
          columns,
          atOf: (record: number) => documentPlace(before + record + 1),
        }
        yield new TableRows(placed, flat, order.subarray(0, count), of)
        continue
      }
      const wasAtRecord = reader.isAtRecord
      const line = flat.takeLine()
      if (line === undefined) break
      reader.take(line)
      if (wasAtRecord && reader.isAtRecord) flat.learn(line)
    }
    if (flat.rest > longestLine) reader.take(flat.takeRest())
    if (rows.rows.length > 0) yield rows.rows
    rows.rows = []
  }
  reader.take(flat.takeRest())
  reader.end()
  if (rows.rows.length > 0) yield rows.rows
}

/** Columns by their names, and dictionaries that stay those of their columns while records have the same names. */
class NamedDictionaries {
  #names: readonly string[] = []
  #found = { columns: columnsOf([]), of: new ColumnDictionaries() }

  named(names: readonly string[]) {
    if (names !== this.#names) {
      const isSame = names.length === this.#names.length && names.every((name, at) => name === this.#names[at])
      if (!isSame) this.#found = { columns: columnsOf(names), of: new ColumnDictionaries() }
      this.#names = names
    }
    return this.#found
  }
}

function columnsOf(named: readonly string[]) {
  const fields = new Map(named.map((name, field) => [name, field]))
  return { named, find: (column: string) => fields.get(column) ?? -1, nameOf: (column: string) => column }
}

/** Members of the records in the first part of a document: enough to recognise it, however long it is. */
export async function jsonSkeleton(file: InputFile, encoding: Encoding, form: JsonForm): Promise<Skeleton> {
  const skeleton = new DocumentSkeleton()
  for await (const length of eventsOf(file, encoding, skeleton, form)) {
    if (length > (form.isMany ? scannedRecords : scannedDocument)) break
  }
  return skeleton.members
}

const scannedDocument = 64 * 2 ** 20
/** Records behind each other are alike; a document may begin with anything. */
const scannedRecords = 4 * 2 ** 20
