const lineFeed = 0x0a
const carriageReturn = 0x0d
const quote = 0x22

interface ScannerOptions {
  /** Bytes of one character. */
  readonly delimiter: Uint8Array
  /** Lines before the first record. */
  readonly skippedLines: number
  /** Characters of one record. */
  readonly recordLength: number
}

/** What ends the reading of a table. */
export type ScanFailure = 'too long' | 'quote not closed'

/**
 * Cuts delimited text into records, over bytes, without a string for a cell. The first end of a line outside quotes says
 * how lines end. A quote inside a cell that does not begin with one is a character, and so are the quotes of a cell that goes
 * on behind its closing quote: names of things have inches and nicknames.
 *
 *     scanner.push(bytes); use(scanner)
 *     scanner.end();       use(scanner)
 *
 * After either, record `r` has the cells `first[r]` to `first[r + 1]`, and cell `c` is `bytes[starts[c], ends[c])`, unquoted
 * UTF-8; valid until the next call.
 */
export class TableScanner {
  bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024)
  count = 0
  first = new Int32Array(1024)
  /** Of each record the line on which it begins, behind the one before. */
  lines = new Int32Array(1024)
  starts = new Int32Array(8192)
  ends = new Int32Array(8192)
  /** Nothing more is read. */
  failure: ScanFailure | undefined
  /** The line of a record that has not come yet, or is at fault. */
  nextLine: number
  /** The last record had no end of its line. */
  isCutOff = false

  readonly #delimiter: Uint8Array
  readonly #firstRecordLine: number
  readonly #recordLength: number
  #filled = 0
  #position = 0
  #isLast = false
  /** Bytes of the end of a record, once it is known: CR alone, LF alone or both. */
  #lineEnd: 'cr' | 'lf' | 'crlf' | undefined
  /** The line on which the record at `#position` begins. */
  #line = 1
  #isEnabled: boolean
  #cells = 0
  /** Cells whose quotes have to be taken out, once their record is whole: number, and where the closing quote stands. */
  #quoted: { cell: number; closing: number; goesOn: boolean }[] = []

  constructor({ delimiter, skippedLines, recordLength }: ScannerOptions) {
    this.#delimiter = delimiter
    this.#firstRecordLine = skippedLines + 1
    this.#isEnabled = skippedLines === 0
    this.nextLine = skippedLines + 1
    this.#recordLength = recordLength
  }

  push(piece: Uint8Array): void {
    const rest = this.#filled - this.#position
    const needed = rest + piece.length
    const before = this.bytes
    // One byte more, for the end that the scan runs into.
    if (needed + 1 > before.length) this.bytes = Buffer.allocUnsafeSlow(Math.max(needed + 1, before.length * 2))
    before.copy(this.bytes, 0, this.#position, this.#filled)
    this.bytes.set(piece, rest)
    this.#filled = needed
    this.#position = 0
    this.#scan()
  }

  end(): void {
    this.#isLast = true
    this.#scan()
  }

  #scan(): void {
    this.count = 0
    this.#cells = 0
    this.first[0] = 0
    this.bytes[this.#filled] = lineFeed
    while (this.failure === undefined && this.#position < this.#filled) {
      if (!this.#scanRecord()) break
    }
    if (this.#isLast) this.#position = this.#filled
  }

  /** False when the record goes on beyond the bytes at hand. */
  #scanRecord(): boolean {
    const { bytes } = this
    const filled = this.#filled
    const delimiter = this.#delimiter[0]
    const isShort = this.#delimiter.length === 1 && delimiter !== lineFeed && delimiter !== carriageReturn
    const begin = this.#position
    let at = begin
    let cell = this.#cells
    /** Ends of lines inside the record. */
    let breaks = 0
    let isQuoted = false
    for (;;) {
      if (cell + 1 >= this.starts.length) this.#growCells()
      let start = at
      isQuoted = false
      let isOver = false
      if (at < filled && bytes[at] === quote) {
        const closing = this.#closingQuote(at)
        if (closing < 0) return this.#isIncomplete(begin, cell, at + 1)
        breaks += this.#breaks
        isQuoted = true
        start = at + 1
        at = closing + 1
        // What follows decides whether the quote closes the cell.
        const end = at >= filled ? (this.#isLast ? 1 : -1) : this.#endAt(at)
        if (end < 0) return this.#isIncomplete(begin, cell, start)
        const goesOn = end === 0
        if (goesOn) start--
        else {
          this.starts[cell] = start
          this.ends[cell] = closing
          isOver = true
        }
        if (goesOn || this.#hasDoubled) this.#quoted.push({ cell, closing, goesOn })
      }
      if (!isOver) {
        for (;;) {
          let byte = bytes[at]
          while (byte !== delimiter && byte !== lineFeed && byte !== carriageReturn) byte = bytes[++at]
          if (at >= filled) {
            if (!this.#isLast) return this.#isIncomplete(begin, cell, start)
            at = filled
            break
          }
          if (byte === delimiter && isShort) break
          const end = this.#endAt(at)
          if (end < 0) return this.#isIncomplete(begin, cell, start)
          if (end > 0) break
          // The end of a line of another kind, or a character that begins as the delimiter does, is part of the cell.
          if (byte === lineFeed || byte === carriageReturn) breaks++
          at++
        }
        this.starts[cell] = start
        this.ends[cell] = at
      }
      cell++
      if (at >= filled) {
        this.#take(cell, begin, at, 0, breaks, isQuoted)
        return true
      }
      if (bytes[at] === delimiter && isShort) {
        at++
        continue
      }
      const length = this.#lineEndAt(at)
      if (length > 0) {
        this.#take(cell, begin, at, length, breaks, isQuoted)
        return true
      }
      at += this.#delimiter.length
    }
  }

  /** Takes the record in, whose end stands at `at`. */
  #take(cells: number, begin: number, at: number, endLength: number, breaks: number, isQuoted: boolean): void {
    const before = this.#cells
    const isEmpty = cells === before + 1 && !isQuoted && this.starts[before] === this.ends[before]
    if (at - begin > this.#recordLength && this.#isTooLong(before, cells)) {
      this.failure = 'too long'
      this.#quoted.length = 0
      return
    }
    const line = this.#line + breaks
    this.#position = at + endLength
    if (endLength > 0) this.#line = line + 1
    const isSkipped = !this.#isEnabled
    if (isSkipped && endLength > 0 && line + 1 >= this.#firstRecordLine) this.#isEnabled = true
    if (isSkipped || isEmpty) {
      this.#quoted.length = 0
      return
    }
    for (const { cell, closing, goesOn } of this.#quoted) this.#unquote(cell, closing, goesOn)
    this.#quoted.length = 0
    if (this.count + 1 >= this.first.length) {
      this.first = grown(this.first)
      this.lines = grown(this.lines)
    }
    this.lines[this.count] = this.nextLine
    this.nextLine = line + 1
    this.isCutOff = endLength === 0
    this.#cells = cells
    this.first[++this.count] = cells
  }

  /** Ends of lines between the quotes that `#closingQuote` went through, and whether it met doubled quotes. */
  #breaks = 0
  #hasDoubled = false

  /** Where the quote that begins at `at` ends; -1 when that lies beyond the bytes at hand. */
  #closingQuote(at: number): number {
    const { bytes } = this
    const filled = this.#filled
    this.#breaks = 0
    this.#hasDoubled = false
    for (let i = at + 1; i < filled; i++) {
      const byte = bytes[i]
      if (byte === quote) {
        if (i + 1 >= filled) return this.#isLast ? i : -1
        if (bytes[i + 1] !== quote) return i
        this.#hasDoubled = true
        i++
      } else if (byte === lineFeed || byte === carriageReturn) this.#breaks++
    }
    if (this.#isLast) this.failure = 'quote not closed'
    return -1
  }

  /** The length of the delimiter or of the end of a line that stands at `at`; 0 for neither, -1 when more bytes decide. */
  #endAt(at: number): number {
    const end = this.#lineEndAt(at)
    if (end !== 0) return end
    const delimiter = this.#delimiter
    if (this.bytes[at] !== delimiter[0]) return 0
    for (let i = 1; i < delimiter.length; i++) {
      if (at + i >= this.#filled) return this.#isLast ? 0 : -1
      if (this.bytes[at + i] !== delimiter[i]) return 0
    }
    return delimiter.length
  }

  #lineEndAt(at: number): number {
    const byte = this.bytes[at]
    if (byte !== lineFeed && byte !== carriageReturn) return 0
    if (byte === carriageReturn && this.#lineEnd !== 'cr' && this.#lineEnd !== 'lf') {
      if (at + 1 >= this.#filled && !this.#isLast) return -1
      const isBoth = at + 1 < this.#filled && this.bytes[at + 1] === lineFeed
      this.#lineEnd ??= isBoth ? 'crlf' : 'cr'
      return isBoth ? 2 : this.#lineEnd === 'cr' ? 1 : 0
    }
    this.#lineEnd ??= byte === lineFeed ? 'lf' : 'cr'
    return (byte === lineFeed) === (this.#lineEnd === 'lf') && this.#lineEnd !== 'crlf' ? 1 : 0
  }

  /** The record goes on beyond the bytes at hand: so far to the cell that begins at `start`. Gives false. */
  #isIncomplete(begin: number, cell: number, start: number): false {
    this.#quoted.length = 0
    if (this.failure !== undefined || this.#filled - begin <= this.#recordLength) return false
    this.starts[cell] = start
    this.ends[cell] = this.#filled
    if (this.#isTooLong(this.#cells, cell + 1)) this.failure = 'too long'
    return false
  }

  #isTooLong(from: number, to: number): boolean {
    let length = 0
    for (let cell = from; cell < to; cell++) {
      const [start, end] = [this.starts[cell]!, this.ends[cell]!]
      if (length + end - start - 1 > this.#recordLength) return true
      length += this.bytes.toString('utf8', start, end).length
    }
    return false
  }

  /** Takes doubled quotes apart in place: the cell only shrinks. */
  #unquote(cell: number, closing: number, goesOn: boolean): void {
    const { bytes } = this
    let to = goesOn ? this.starts[cell]! + 1 : this.starts[cell]!
    for (let from = to; from < closing; from++) {
      bytes[to++] = bytes[from]!
      if (bytes[from] === quote) from++
    }
    if (!goesOn) this.ends[cell] = to
    else if (to < closing) {
      bytes.copyWithin(to, closing, this.ends[cell])
      this.ends[cell]! -= closing - to
    }
  }

  #growCells(): void {
    this.starts = grown(this.starts)
    this.ends = grown(this.ends)
  }
}

function grown(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(old.length * 2)
  larger.set(old)
  return larger
}
