import { UnreadableFile } from '../faults.ts'
import type { DocumentEvents } from './document.ts'
import { deepestNesting, Grammar, TextNumbers } from './json-grammar.ts'

/** The maximum number of characters without a token: a longer text is not a value of access data. */
const longestToken = 32 * 2 ** 20

/** Lines up to this length are buffered; longer ones are read piece by piece. */
export const longestLine = 2 ** 20
/** Numbers outside of texts whose form a double might change. */
const delicateNumber = /[[:,]\s*-?(?:\d{16}|\d+[.eE]|0\d)|[[:,]\s*-0/

/** Sends a line with one record as events, parsed by V8, which is many times faster; false for other lines. */
function wholeRecord(line: string, events: DocumentEvents): boolean {
  if (!line.startsWith('{') || delicateNumber.test(line)) return false
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    // The tokenizer reports the fault and its position.
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

/** Sends a JSON document, or with `isMany` several in one file (NDJSON), as events while its text arrives. */
export class JsonReader {
  /** The number of characters read. */
  length = 0
  readonly #file: string
  readonly #events: DocumentEvents
  readonly #isMany: boolean
  readonly #grammar: Grammar
  readonly #tokenizer: TextNumbers
  #line = 1
  #lastToken = 0
  /** Whether the position is between two records. */
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

  /** Whether the next text begins a line and a record. */
  get isAtRecord(): boolean {
    return this.#isMany && this.#isBetween && this.#rest === ''
  }

  /** Counts lines with whole records that others read. */
  pass(lines: number): void {
    this.#line += lines
  }

  /** @throws UnreadableFile */
  take(text: string): void {
    this.#guarded(() => {
      // In pieces, so that the fault of a piece has its line.
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
