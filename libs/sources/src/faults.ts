/** A position: a line of a text file, a row of a sheet, or a path in a document. */
export type At = number | string

export interface Fault {
  /** The file's name, with archives and sheets: `hr.zip/people.xlsx[Staff]`. */
  readonly file: string
  /** 0 for a fault of the file as a whole. */
  readonly at: At
  /** Empty for a fault of no single column. */
  readonly column: string
  /** The fault, with the value and what to do. */
  readonly reason: string
}

/** The number of faults that are stored with their position; further faults are only counted. */
const keptFaults = 100
const mostRemembered = 100_000

/** The faults of the data. Callers count faults that follow from another fault; they do not add them. */
export class Faults {
  readonly first: Fault[] = []
  count = 0
  /** True after a fault that leaving rows out does not solve: the rest of a file could not be read. */
  isFatal = false
  /** Rows that are not records and are left out, counted by reason. */
  readonly leftOut = new Map<string, number>()
  /** A file is read twice, for people and for grants; its faults are reported once. */
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

  /** Counts a row that is neither a record nor a fault. */
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

/** An error that ends the reading of a file. */
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

/** A value for a message: quoted, and shortened when it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
