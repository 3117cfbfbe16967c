/** Where something stands: a line of a text file, a row of a sheet, or a path into a document. */
export type At = number | string

export interface Fault {
  /** As it was named, archives and sheets included: `hr.zip/people.xlsx[Staff]`. */
  readonly file: string
  /** 0 when the file as a whole is at fault. */
  readonly at: At
  /** Empty when no single column is at fault. */
  readonly column: string
  /** What is wrong, with the value and what to do. */
  readonly reason: string
}

/** How many faults are kept with their place; the rest is counted. */
const keptFaults = 100
const mostRemembered = 100_000

/** What is wrong with the data. Faults of a kind that follow from another are counted by the caller, not added. */
export class Faults {
  readonly first: Fault[] = []
  count = 0
  /** Something is wrong that leaving rows out does not mend: the rest of a file could not be read. */
  isFatal = false
  /** Rows that are no records and left out, by what they are. */
  readonly leftOut = new Map<string, number>()
  /** A file is read twice, for people and for grants; a fault of it is reported once. */
  readonly #told = new Set<string>()

  addFatal({ file, at, column, reason }: Fault): void {
    this.isFatal = true
    this.add(file, at, column, reason)
  }

  add(file: string, at: At, column: string, reason: string): void {
    if (this.#isTold(file, at, column, reason)) return
    this.count++
    if (this.first.length < keptFaults) this.first.push({ file, at, column, reason })
  }

  /** Counts a row that is no record, and no fault either. */
  leaveOut(file: string, at: At, reason: string): void {
    if (!this.#isTold(file, at, '', reason)) this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1)
  }

  #isTold(file: string, at: At, column: string, reason: string): boolean {
    const key = `${file}\0${at}\0${column}\0${reason}`
    if (this.#told.has(key)) return true
    if (this.#told.size < mostRemembered) this.#told.add(key)
    return false
  }
}

/** Something that ends the reading of a file. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
  readonly fault: Fault

  constructor(file: string, at: At, reason: string, options?: ErrorOptions) {
    super(placed({ file, at, column: '', reason }), options)
    this.fault = { file, at, column: '', reason }
  }
}

/** `people.csv:3 status: "asleep" is unknown` */
export function placed({ file, at, column, reason }: Fault): string {
  const place = at === 0 || at === '' ? file : `${file}:${at}`
  return `${place}${column === '' ? '' : ` ${column}`}: ${reason}`
}

/** A value in a message: quoted, and cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
