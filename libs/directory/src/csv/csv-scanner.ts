import { countCharacters, findTextFault, isCleanText } from './utf8.ts'

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const COMMA = 0x2c

/** A fault at a position of the file. Lines and columns count from 1, columns in characters. */
export interface ScanFault {
  readonly line: number
  readonly column: number
  readonly reason: string
}

interface CsvScannerOptions {
  /** Called for each row that is skipped because of a fault. */
  readonly onFault: (fault: ScanFault) => void
  /** A longer row is a fault. The limit bounds the memory that any file can take. Default 1 MiB. */
  readonly maxRowBytes?: number
  /** Default 1,000. */
  readonly maxFields?: number
}

/**
 * Reads CSV (RFC 4180) from bytes without making a string for each cell. After `next()`, field `i` is `bytes[starts[i], ends[i])`:
 * unquoted, valid UTF-8 without U+0000, and valid until the next call of `push`. Lines end in LF or CRLF. Empty lines and a byte
 * order mark at the start are skipped; the last row may lack its line end.
 *
 * A row with a fault is reported and skipped, and scanning continues at the next line. Only a quote that is never closed ends the
 * file (`stopped`), since the beginning of the next row is then unknown.
 *
 *     scanner.push(chunk); while (scanner.next()) use(scanner)
 *     scanner.finish();    while (scanner.next()) use(scanner)
 *
 * A simple loop reads rows without a quote (about 0.5 GB/s); a slower one reads a row with a quote again.
 */
export class CsvScanner {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64 * 1024)
  readonly starts: Int32Array
  readonly ends: Int32Array
  fieldCount = 0
  /** Line on which the current row starts. */
  line = 1
  /** True when no more rows can be read, although bytes may be left. */
  stopped = false

  readonly #onFault: (fault: ScanFault) => void
  readonly #maxRowBytes: number
  readonly #maxFields: number
  #position = 0
  #filled = 0
  #nextLine = 1
  #finished = false
  #atFileStart = true
  /** True while the rest of a line that was too long is skipped. */
  #skipping = false
  /** The buffered bytes contain invalid text, so each row is checked separately. */
  #suspect = false
  /** The positions in the file of the fields of a row with quotes, since unquoting may move their bytes. */
  #quotedRow = false
  readonly #quotedLine: Int32Array
  readonly #quotedColumn: Int32Array

  constructor(options: CsvScannerOptions) {
    this.#onFault = options.onFault
    this.#maxRowBytes = options.maxRowBytes ?? 1024 * 1024
    this.#maxFields = options.maxFields ?? 1000
    this.starts = new Int32Array(this.#maxFields)
    this.ends = new Int32Array(this.#maxFields)
    this.#quotedLine = new Int32Array(this.#maxFields)
    this.#quotedColumn = new Int32Array(this.#maxFields)
  }

  /** Adds bytes. The caller must have taken all whole rows with `next()`; the bytes of an unfinished row are kept. */
  push(chunk: Uint8Array): void {
    if (this.stopped) return
    const left = this.#filled - this.#position
    const needed = left + chunk.length
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2))
      larger.set(this.bytes.subarray(this.#position, this.#filled))
      this.bytes = larger
    } else {
      this.bytes.copyWithin(0, this.#position, this.#filled)
    }
    this.bytes.set(chunk, left)
    this.#position = 0
    this.#filled = needed
    const wholeLines = this.bytes.lastIndexOf(LF, needed - 1) + 1
    this.#suspect = !isCleanText(this.bytes.subarray(0, Math.min(wholeLines, needed)))
  }

  /** Says that no more bytes follow. */
  finish(): void {
    this.#finished = true
    this.#suspect = true
  }

  /** Moves to the next whole row. False means: push more bytes or, after `finish()`, the end of the file. */
  next(): boolean {
    if (this.#atFileStart && !this.#skipByteOrderMark()) return false
    while (!this.stopped) {
      if (this.#skipping && !this.#skipLine()) return false
      const start = this.#position
      if (start >= this.#filled) return false
      const end = this.#scanPlainRow()
      if (end === INCOMPLETE) return false
      if (end === FAULT) continue
      this.#position = end
      if (this.#suspect && !this.#quotedRow && this.#hasTextFault(start, end)) continue
      if (end - start > this.#maxRowBytes + 2) {
        this.#fault(this.line, 1, this.#tooLong())
        continue
      }
      // An empty line is not a row.
      if (this.fieldCount === 1 && this.starts[0] === this.ends[0] && !this.#quotedRow) continue
      return true
    }
    return false
  }

  /** A field of the current row as a string. */
  text(field: number): string {
    return decoder.decode(this.bytes.subarray(this.starts[field], this.ends[field]))
  }

  /** The position of a field of the current row; for a quoted field, the position of its quote. */
  locate(field: number): { readonly line: number; readonly column: number } {
    if (this.#quotedRow) return { line: this.#quotedLine[field]!, column: this.#quotedColumn[field]! }
    return { line: this.line, column: 1 + countCharacters(this.bytes, this.starts[0]!, this.starts[field]!) }
  }

  #skipByteOrderMark(): boolean {
    if (this.#filled < 3 && !this.#finished) return false
    this.#atFileStart = false
    const { bytes } = this
    if (this.#filled >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#position = 3
    return true
  }

  /** Sets the fields of the row at the current position. Returns the offset after its line end, INCOMPLETE or FAULT. */
  #scanPlainRow(): number {
    const bytes = this.bytes
    const starts = this.starts
    const ends = this.ends
    const filled = this.#filled
    const maxFields = this.#maxFields
    let at = this.#position
    let fieldStart = at
    let count = 0
    this.#quotedRow = false
    this.line = this.#nextLine
    while (at < filled) {
      const byte = bytes[at]!
      if (byte > COMMA) {
        at++
      } else if (byte === COMMA) {
        if (count + 1 >= maxFields) return this.#tooManyFields()
        starts[count] = fieldStart
        ends[count] = at
        count++
        fieldStart = ++at
      } else if (byte === LF) {
        starts[count] = fieldStart
        ends[count] = at
        this.fieldCount = count + 1
        this.#nextLine++
        return at + 1
      } else if (byte === CR) {
        if (at + 1 >= filled && !this.#finished) return this.#incomplete()
        if (at + 1 < filled && bytes[at + 1] !== LF) return this.#loneCarriageReturn(at)
        starts[count] = fieldStart
        ends[count] = at
        this.fieldCount = count + 1
        this.#nextLine++
        return Math.min(at + 2, filled)
      } else if (byte === QUOTE) {
        return this.#scanQuotedRow()
      } else {
        at++
      }
    }
    if (!this.#finished) return this.#incomplete()
    starts[count] = fieldStart
    ends[count] = at
    this.fieldCount = count + 1
    this.#nextLine++
    return at
  }

  #scanQuotedRow(): number {
    const { bytes, starts, ends } = this
    const filled = this.#filled
    const rowStart = this.#position
    let at = rowStart
    let count = 0
    let line = this.line
    let column = 1
    let escapes = false
    for (;;) {
      if (count >= this.#maxFields) return this.#tooManyFields()
      this.#quotedLine[count] = line
      this.#quotedColumn[count] = column
      if (at < filled && bytes[at] === QUOTE) {
        const openedAt = at
        at++
        column++
        starts[count] = at
        for (;;) {
          if (at >= filled) return this.#openQuote(count)
          const byte = bytes[at]!
          if (byte === QUOTE) {
            if (at + 1 >= filled && !this.#finished) return this.#openQuote(count)
            if (at + 1 >= filled || bytes[at + 1] !== QUOTE) break
            escapes = true
            at += 2
            column += 2
          } else if (byte === LF) {
            at++
            line++
            column = 1
          } else {
            at++
            if ((byte & 0xc0) !== 0x80) column++
          }
        }
        ends[count] = at
        at++
        column++
        if (at - openedAt > this.#maxRowBytes) return this.#openQuote(count)
        if (at < filled && bytes[at] !== COMMA && bytes[at] !== LF && bytes[at] !== CR) {
          return this.#resume(at, line, column, 'text after the closing quote of a field')
        }
      } else {
        starts[count] = at
        for (; at < filled; at++, column++) {
          const byte = bytes[at]!
          if (byte === COMMA || byte === LF || byte === CR) break
          if (byte === QUOTE) {
            const reason = 'a quote inside a field that does not begin with one; quote the field and double the quote'
            return this.#resume(at, line, column, reason)
          }
          if ((byte & 0xc0) === 0x80) column--
        }
        ends[count] = at
      }
      count++
      if (at >= filled) {
        if (!this.#finished) return this.#incomplete()
        break
      }
      if (bytes[at] === COMMA) {
        at++
        column++
        continue
      }
      if (bytes[at] === CR) {
        if (at + 1 >= filled && !this.#finished) return this.#incomplete()
        if (at + 1 < filled && bytes[at + 1] !== LF) return this.#resume(at, line, column, LONE_CARRIAGE_RETURN)
        at = Math.min(at + 1, filled - 1)
      }
      at++
      break
    }
    this.fieldCount = count
    this.#quotedRow = true
    this.#nextLine = line + 1
    // Text faults are searched before unquoting moves bytes, so that their positions are those in the file.
    if (this.#suspect && this.#hasTextFault(rowStart, at)) {
      this.#position = at
      return FAULT
    }
    if (escapes) for (let i = 0; i < count; i++) this.#unescape(i)
    return at
  }

  /** Turns doubled quotes into single ones, in place, since the field only shrinks. */
  #unescape(field: number): void {
    const { bytes } = this
    const start = this.starts[field]!
    const end = this.ends[field]!
    let to = start
    for (let from = start; from < end; from++) {
      bytes[to++] = bytes[from]!
      if (bytes[from] === QUOTE) from++
    }
    this.ends[field] = to
  }

  /** The row continues after the buffered bytes. */
  #incomplete(): number {
    if (this.#filled - this.#position <= this.#maxRowBytes) return INCOMPLETE
    this.#fault(this.line, 1, this.#tooLong())
    this.#skipping = true
    return FAULT
  }

  #openQuote(field: number): number {
    const tooLong = this.#filled - this.#position > this.#maxRowBytes
    if (!this.#finished && !tooLong) return INCOMPLETE
    const within = tooLong ? ` within ${this.#maxRowBytes} bytes` : ''
    this.#fault(
      this.#quotedLine[field]!,
      this.#quotedColumn[field]!,
      `a quote is never closed${within}; the rest of the file cannot be read`,
    )
    this.stopped = true
    return FAULT
  }

  #tooManyFields(): number {
    this.#fault(this.line, 1, `a row of more than ${this.#maxFields} fields`)
    this.#skipping = true
    return FAULT
  }

  #loneCarriageReturn(at: number): number {
    const column = 1 + countCharacters(this.bytes, this.#position, at)
    return this.#resume(at, this.line, column, LONE_CARRIAGE_RETURN)
  }

  /** Reports bad quoting at `at` and continues after the end of that line. */
  #resume(at: number, line: number, column: number, reason: string): number {
    this.#fault(line, column, reason)
    this.#position = at
    this.#nextLine = line
    this.#skipping = true
    return FAULT
  }

  #skipLine(): boolean {
    const end = this.bytes.subarray(0, this.#filled).indexOf(LF, this.#position)
    if (end < 0) {
      this.#position = this.#filled
      return false
    }
    this.#position = end + 1
    this.#nextLine++
    this.#skipping = false
    return true
  }

  #hasTextFault(start: number, end: number): boolean {
    const { bytes } = this
    if (isCleanText(bytes.subarray(start, end))) return false
    const fault = findTextFault(bytes, start, end)
    if (fault === undefined) return false
    let line = this.line
    let lineStart = start
    for (let i = start; i < fault.at; i++) {
      if (bytes[i] === LF) {
        line++
        lineStart = i + 1
      }
    }
    this.#fault(line, 1 + countCharacters(bytes, lineStart, fault.at), fault.reason)
    return true
  }

  #tooLong(): string {
    return `a row of more than ${this.#maxRowBytes} bytes`
  }

  #fault(line: number, column: number, reason: string): void {
    this.#onFault({ line, column, reason })
  }
}

const INCOMPLETE = -1
const FAULT = -2
const LONE_CARRIAGE_RETURN = 'a carriage return that no line feed follows'
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
