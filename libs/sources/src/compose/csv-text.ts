const needsQuotes = /[",\r\n]/

const comma = 0x2c
const lineFeed = 0x0a

/** A cell in the form of a line of CSV (RFC 4180). */
function csvCell(cell: string): string {
  return needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** The bytes of cells with commas between them, to be written several times. */
export function csvBytes(cells: readonly string[]): Uint8Array {
  return Buffer.from(cells.map(csvCell).join(','), 'utf8')
}

const sliceLength = 256 * 1024

/** Collects lines of CSV into slices of a few hundred kilobytes. */
export class CsvSlices {
  #bytes = Buffer.allocUnsafe(sliceLength + 4096)
  #length = 0

  add(cells: readonly string[]): void {
    let line = ''
    for (let field = 0; field < cells.length; field++) line += `${field > 0 ? ',' : ''}${csvCell(cells[field] ?? '')}`
    line += '\n'
    this.#reserve(line.length * 3)
    this.#length += this.#bytes.write(line, this.#length, 'utf8')
  }

  /** Adds a line from four results of `csvBytes`. */
  addBytes(one: Uint8Array, two: Uint8Array, three: Uint8Array, four: Uint8Array): void {
    this.#reserve(one.length + two.length + three.length + four.length + 4)
    this.#put(one, comma)
    this.#put(two, comma)
    this.#put(three, comma)
    this.#put(four, lineFeed)
  }

  /** The collected bytes, once they fill a slice. */
  full(): Uint8Array | undefined {
    return this.#length < sliceLength ? undefined : this.rest()
  }

  rest(): Uint8Array | undefined {
    if (this.#length === 0) return undefined
    const bytes = this.#bytes.subarray(0, this.#length)
    this.#bytes = Buffer.allocUnsafe(sliceLength + 4096)
    this.#length = 0
    return bytes
  }

  /** A loop, since a call of `set` costs more for so few bytes. */
  #put(cells: Uint8Array, end: number): void {
    const bytes = this.#bytes
    let at = this.#length
    for (let i = 0; i < cells.length; i++) bytes[at++] = cells[i]!
    bytes[at++] = end
    this.#length = at
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#length + length, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
