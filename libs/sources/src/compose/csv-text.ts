const needsQuotes = /[",\r\n]/

/** One line of CSV (RFC 4180). */
function csvLine(cells: readonly string[]): string {
  let line = ''
  for (let field = 0; field < cells.length; field++) {
    const cell = cells[field] ?? ''
    if (field > 0) line += ','
    line += needsQuotes.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  }
  return `${line}\n`
}

const sliceLength = 256 * 1024

/** Gathers lines into slices of a few hundred kilobytes. */
export class CsvSlices {
  readonly #encoder = new TextEncoder()
  #text = ''

  add(cells: readonly string[]): void {
    this.#text += csvLine(cells)
  }

  /** What has been gathered, once it is enough. */
  full(): Uint8Array | undefined {
    return this.#text.length < sliceLength ? undefined : this.rest()
  }

  rest(): Uint8Array | undefined {
    if (this.#text === '') return undefined
    const bytes = this.#encoder.encode(this.#text)
    this.#text = ''
    return bytes
  }
}
