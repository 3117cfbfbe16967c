const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const lineFeed = 0x0a
const zero = 0x30
const nine = 0x39
const minus = 0x2d

/** The digits of a number whose text does not change by conversion to a double. */
const mostDigits = 15
/** The number of lines in another form after which no form is expected, and their ratio to the lines that fitted. */
const mostStrange = 1000

/** The content of a cell for null. No text has a zero byte. */
const nullByte = 0

/** A form of lines: the bytes before, between and after the values, and the names of the values. */
interface LineForm {
  readonly names: readonly string[]
  readonly between: readonly Uint8Array[]
}

/**
 * Cuts lines with one flat JSON record each into cells. Most lines of an export have the same names in the same order, so the bytes
 * between their values are compared with those of a line that was parsed before. Other lines go to a parser: those with other
 * names, escapes in texts, lists, objects, or numbers that a double would change.
 *
 *     scanner.push(bytes)
 *     scanner.scan()              the lines that fit, as cells; valid until the next call
 *     scanner.takeLine()          the line behind them, to be parsed
 *     scanner.learn(line)         from now on such lines are expected
 */
export class FlatRecords {
  bytes: Buffer = Buffer.allocUnsafeSlow(64 * 1024)
  readonly first = new Int32Array(4097)
  starts = new Int32Array(4096 * 16)
  ends = new Int32Array(4096 * 16)
  #form: LineForm | undefined
  /** The first byte is that of null. */
  #position = 1
  #filled = 1
  #fitting = 0
  #strange = 0

  constructor() {
    this.bytes[0] = nullByte
  }

  get names(): readonly string[] {
    return this.#form?.names ?? []
  }

  /** The number of bytes that were neither cut nor taken. */
  get rest(): number {
    return this.#filled - this.#position
  }

  push(piece: Uint8Array): void {
    const { rest } = this
    const before = this.bytes
    const needed = rest + piece.length + 1
    if (needed > before.length) {
      this.bytes = Buffer.allocUnsafeSlow(Math.max(needed, before.length * 2))
      this.bytes[0] = nullByte
    }
    before.copy(this.bytes, 1, this.#position, this.#filled)
    this.bytes.set(piece, rest + 1)
    this.#position = 1
    this.#filled = needed
  }

  /** Cuts whole lines as long as they fit, up to a few thousand. Returns their number. */
  scan(): number {
    const form = this.#form
    if (form === undefined) return 0
    const width = form.names.length
    const most = Math.min(this.first.length - 1, Math.floor(this.starts.length / width))
    let count = 0
    while (count < most && this.#cut(form, count * width)) {
      count++
      this.first[count] = count * width
    }
    this.#fitting += count
    return count
  }

  /** The next line with its end; undefined when it is not complete yet. */
  takeLine(): string | undefined {
    const end = this.bytes.subarray(0, this.#filled).indexOf(lineFeed, this.#position)
    return end < 0 ? undefined : this.#take(end + 1)
  }

  takeRest(): string {
    return this.#take(this.#filled)
  }

  /** Expects lines like this one from now on, if it is a flat record. */
  learn(line: string): void {
    this.#strange++
    if (this.#strange > mostStrange && this.#strange > this.#fitting) this.#form = undefined
    else this.#form = formOf(line) ?? this.#form
  }

  #take(end: number): string {
    const text = this.bytes.toString('utf8', this.#position, end)
    this.#position = end
    return text
  }

  /** Cuts the line at the position into cells from `cell` on. Returns false when it does not fit or is not complete. */
  #cut({ between }: LineForm, cell: number): boolean {
    const { bytes, starts, ends } = this
    const filled = this.#filled
    let at = this.#position
    for (let i = 0; ; i++) {
      const expected = between[i]!
      if (at + expected.length > filled) return false
      for (let n = 0; n < expected.length; n++) if (bytes[at + n] !== expected[n]) return false
      at += expected.length
      if (i === between.length - 1) break
      let byte = bytes[at]!
      if (byte === quote) {
        const start = ++at
        for (;;) {
          if (at >= filled) return false
          byte = bytes[at]!
          if (byte === quote) break
          if (byte === backslash || byte < 0x20) return false
          at++
        }
        starts[cell] = start
        ends[cell++] = at++
        continue
      }
      const end = endOfWord(bytes, at, filled)
      if (end < 0) return false
      const isNull = byte === 0x6e
      starts[cell] = isNull ? 0 : at
      ends[cell++] = isNull ? 1 : end
      at = end
    }
    this.#position = at
    return true
  }
}

/** The end of a number, `true`, `false` or `null`; -1 for other text, and for numbers that a double might change. */
function endOfWord(bytes: Uint8Array, start: number, filled: number): number {
  for (const word of words) {
    if (
      bytes[start] === word[0] &&
      start + word.length <= filled &&
      word.every((byte, n) => bytes[start + n] === byte)
    ) {
      return start + word.length
    }
  }
  let at = bytes[start] === minus ? start + 1 : start
  const firstDigit = at
  while (at < filled && bytes[at]! >= zero && bytes[at]! <= nine) at++
  const digits = at - firstDigit
  if (digits === 0 || digits > mostDigits || at >= filled) return -1
  // `007` is not a number, and `-0` differs from 0.
  return bytes[firstDigit] === zero && (digits > 1 || at - start > 1) ? -1 : at
}

const words = ['true', 'false', 'null'].map((word) => Buffer.from(word))

/** The form of a line with one flat record; undefined for other lines. */
function formOf(line: string): LineForm | undefined {
  const bytes = Buffer.from(line, 'utf8')
  const names: string[] = []
  const between: Buffer[] = []
  let at = bytes.indexOf('{') + 1
  let from = 0
  if (
    at === 0 ||
    bytes
      .subarray(0, at - 1)
      .toString()
      .trim() !== ''
  )
    return undefined
  for (;;) {
    const name = textAt(bytes, skipped(bytes, at))
    if (name === undefined) return undefined
    names.push(name.text)
    at = skipped(bytes, name.end)
    if (bytes[at] !== colon) return undefined
    at = skipped(bytes, at + 1)
    between.push(bytes.subarray(from, at))
    const end = textAt(bytes, at)?.end ?? endOfWord(bytes, at, bytes.length)
    if (end < 0) return undefined
    from = end
    at = skipped(bytes, end)
    if (bytes[at] !== comma) break
    at++
  }
  const isWhole =
    bytes[at] === 0x7d &&
    bytes
      .subarray(at + 1)
      .toString()
      .trim() === '' &&
    bytes.at(-1) === lineFeed
  // JavaScript orders members whose names are integers first.
  const isOrdered = new Set(names).size === names.length && !names.some((name) => /^\d+$/.test(name))
  return isWhole && isOrdered ? { names, between: [...between, bytes.subarray(from)] } : undefined
}

function textAt(bytes: Buffer, start: number): { readonly text: string; readonly end: number } | undefined {
  if (bytes[start] !== quote) return undefined
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === quote) return { text: bytes.toString('utf8', start + 1, at), end: at + 1 }
    if (bytes[at] === backslash || bytes[at]! < 0x20) return undefined
  }
  return undefined
}

function skipped(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++
  return at
}
