import { type ParsedTokenInfo, Tokenizer, TokenType } from '@streamparser/json'
import { decoded, type Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import type { Row } from '../row.ts'
import { type DocumentEvents, DocumentRows, DocumentSkeleton } from './document.ts'
import { withoutComments } from './json-comments.ts'
import type { RowReading, Skeleton } from './part.ts'

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

/** Sends a JSON document, or with `many` one after another (NDJSON), through the events; yields after each chunk. */
async function* eventsOf(
  file: InputFile,
  encoding: Encoding,
  events: DocumentEvents,
  { isMany: many, hasComments }: JsonForm,
): AsyncGenerator<number, void, undefined> {
  const grammar = new Grammar(events, many)
  const tokenizer = many ? new TextNumbers({ separator: '' }) : new TextNumbers()
  let line = 1
  let length = 0
  let lastToken = 0
  /** Between two records, with nothing of the next one read. */
  let isBetween = true
  let isWritten = !many
  let rest = ''
  tokenizer.onToken = (token) => {
    grammar.take(token)
    lastToken = length
  }
  tokenizer.onError = (error) => {
    throw error
  }
  try {
    for await (const text of hasComments ? withoutComments(decoded(file, encoding)) : decoded(file, encoding)) {
      // In pieces, so that a fault names its line.
      for (const piece of (rest + text).split(/(?<=\n)/)) {
        rest = ''
        if (many && isBetween && !piece.endsWith('\n') && piece.length < longestLine) {
          rest = piece
          break
        }
        length += piece.length
        if (many && isBetween && wholeRecord(piece, events)) lastToken = length
        else {
          tokenizer.write(piece)
          isWritten = true
          isBetween = piece.endsWith('\n') && grammar.isWhole
        }
        if (length - lastToken > longestToken) throw new Error(`a value of more than ${longestToken} characters`)
        if (piece.endsWith('\n')) line++
      }
      yield length
    }
    if (rest !== '') tokenizer.write(rest)
    if ((isWritten || rest !== '') && !tokenizer.isEnded) tokenizer.end()
  } catch (cause) {
    if (cause instanceof UnreadableFile) throw cause
    const reason = `is no JSON here (${cause instanceof Error ? cause.message : cause}); export it again`
    throw new UnreadableFile(file.name, line, reason, { cause })
  }
  if (!grammar.isWhole) throw new UnreadableFile(file.name, line, 'the JSON ends in the middle; the file is cut off')
  // The last line may have no end of its own.
  yield length
}

export async function* jsonRows(
  file: InputFile,
  encoding: Encoding,
  form: JsonForm,
  { paths }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const rows = new DocumentRows(file.name, paths)
  for await (const _ of eventsOf(file, encoding, rows, form)) {
    if (rows.rows.length > 0) yield rows.rows
    rows.rows = []
  }
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
