const lineFeed = 0x0a
const carriageReturn = 0x0d
const quote = 0x22
const blank = 0x20

interface ScannerOptions {
  /** The bytes of the delimiter, which is one character. */
  readonly delimiter: Uint8Array
  /** Lines before the first record. */
  readonly skippedLines: number
  /** Characters of one record. */
  readonly recordLength: number
}

/** A reason to stop reading a table. */
export type ScanFailure = 'too long' | 'quote not closed'

/**
 * Cuts delimited text into records, over bytes, without making a string for each cell. The first line end outside quotes determines
 * the kind of line ends. A quote inside a cell that does not begin with one is an ordinary character, and so are the quotes of a
 * cell that continues after its closing quote: names of things contain inches and nicknames. Blanks around the quotes of a cell are
 * not part of it: sqlplus aligns its columns with them, and people write them after commas.
 *
 *     scanner.push(bytes); use(scanner)
 *     scanner.end();       use(scanner)
 *
 * After either, record `r` has the cells `first[r]` to `first[r + 1]`, and cell `c` is `bytes[starts[c], ends[c])`, unquoted UTF-8.
 * They are valid until the next call.
 */
export class TableScanner {
  bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024)
  count = 0
  first = new Int32Array(1024)
  /** For each record, the line on which it begins, relative to the record before. */
  lines = new Int32Array(1024)
  starts = new Int32Array(8192)
  ends = new Int32Array(8192)
  /** Set when reading has stopped. */
  failure: ScanFailure | undefined
  /** The line of the next record, or of the record with the fault. */
  nextLine: number
  /** Whether the last record had no line end. */
  isCutOff = false

  readonly #delimiter: Uint8Array
  readonly #firstRecordLine: number
  readonly #recordLength: number
  #filled = 0
  #position = 0
  #isLast = false
  /** The kind of line end, once it is known: CR alone, LF alone or both. */
  #lineEnd: 'cr' | 'lf' | 'crlf' | undefined
  /** The line on which the record at `#position` begins. */
  #line = 1
  #isEnabled: boolean
  #cells = 0
  /** The cells to unquote when their record is complete: the number, and the position of the closing quote. */
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

  /** Returns false when the record continues after the buffered bytes. */
  #scanRecord(): boolean {
    const { bytes } = this
    const filled = this.#filled
    const delimiter = this.#delimiter[0]
    const isShort = this.#delimiter.length === 1 && delimiter !== lineFeed && delimiter !== carriageReturn
    const begin = this.#position
    let at = begin
    let cell = this.#cells
    /** The number of line ends inside the record. */
    let breaks = 0
    let isQuoted = false
    for (;;) {
      if (cell + 1 >= this.starts.length) this.#growCells()
      let start = at
      isQuoted = false
      let isOver = false
      if (bytes[at] === blank && at < filled) {
        const opening = this.#openingQuote(at)
        if (opening < 0) return this.#isIncomplete(begin, cell, start)
        at = opening
      }
      if (at < filled && bytes[at] === quote) {
        const closing = this.#closingQuote(at)
        if (closing < 0) return this.#isIncomplete(begin, cell, at + 1)
        breaks += this.#breaks
        isQuoted = true
        start = at + 1
        at = closing + 1
        // The following bytes decide whether the quote closes the cell.
        const end = this.#endAfterBlanks(at)
        if (end < 0) return this.#isIncomplete(begin, cell, start)
        const goesOn = end === 0
        if (goesOn) start--
        else {
          at = end
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
          // A line end of another kind, or a character that begins like the delimiter, is part of the cell.
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

  /** Stores the record that ends at `at`. */
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

  /** The number of line ends between the quotes that `#closingQuote` passed, and whether it found doubled quotes. */
  #breaks = 0
  #hasDoubled = false

  /** The position of the quote that closes the one at `at`; -1 when it is after the buffered bytes. */
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

  /**
   * The position of the quote behind the blanks at `at`, if it opens a cell that its line closes; otherwise `at`. -1 when more bytes
   * are needed.
   */
  #openingQuote(at: number): number {
    const { bytes } = this
    const opening = this.#behindBlanks(at)
    if (opening >= this.#filled) return this.#isLast ? at : -1
    if (bytes[opening] !== quote) return at
    let closing = opening + 1
    for (;;) {
      let byte = bytes[closing]
      while (byte !== quote && byte !== lineFeed && byte !== carriageReturn) byte = bytes[++closing]
      if (closing >= this.#filled) return this.#isLast ? at : -1
      if (byte !== quote) return at
      if (bytes[closing + 1] !== quote || closing + 1 >= this.#filled) break
      closing += 2
    }
    const end = this.#endAfterBlanks(closing + 1)
    return end < 0 ? -1 : end === 0 ? at : opening
  }

  /** The position of the delimiter or line end behind blanks; 0 when there is another character, -1 when more bytes are needed. */
  #endAfterBlanks(at: number): number {
    const behind = this.#behindBlanks(at)
    if (behind >= this.#filled) return this.#isLast ? this.#filled : -1
    const end = this.#endAt(behind)
    return end > 0 ? behind : end
  }

  #behindBlanks(at: number): number {
    const isDelimiter = this.#delimiter[0] === blank
    let behind = at
    while (!isDelimiter && behind < this.#filled && this.bytes[behind] === blank) behind++
    return behind
  }

  /** The length of the delimiter or line end at `at`; 0 for neither, -1 when more bytes are needed. */
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

  /** The record continues after the buffered bytes: stores the state up to the cell that begins at `start`. Returns false. */
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

  /** Turns doubled quotes into single ones, in place, since the cell only shrinks. */
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
