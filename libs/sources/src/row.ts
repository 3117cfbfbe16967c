import type { At } from './faults.ts'
import type { Header } from './header.ts'
import { folded, isList, type Members, type Value, valueAt } from './value.ts'

/** A column that every row has. */
export const fileColumn = '#file'

/** `feeds/crm.csv.gz` becomes crm; a sheet or a table with a name keeps it. */
export function sourceName(part: string): string {
  const [, whole = part, sheet = ''] = /^(.*?)(?:\[([^[\]]*)\])?$/s.exec(part) ?? []
  if (sheet !== '' && !/^(sheet|tabelle|feuil|hoja|foglio|blad)\s*\d*$/i.test(sheet)) return sheet
  const base = whole.split(/[/\\]/).at(-1) ?? whole
  return (
    base.replace(
      /(\.(csv|tsv|txt|json|jsonc|ndjson|ya?ml|xml|xlsx|ldif|toml|parquet|md|db|sqlite3?|c1z|gz|zst|zip))+$/i,
      '',
    ) || base
  )
}

/** One row of a table or one record of a document, with its place. */
export abstract class Row {
  /** The file or sheet. */
  readonly part: string
  readonly at: At
  /** The path of the document at which it was found; empty for rows of tables. */
  readonly path: string

  constructor(part: string, at: At, path = '') {
    this.part = part
    this.at = at
    this.path = path
  }

  /** The value of a column; undefined when the row has no such column. */
  abstract get(column: string): Value

  /** The names of all columns that have a name, for rules that take the others as attributes. */
  abstract columns(): readonly string[]

  /** The name of the column in this file, which may be a synonym. */
  nameOf(column: string): string {
    return column
  }

  /** The name of the file's source, for data that do not name their application. */
  protected get file(): string {
    return sourceName(this.part)
  }

  with(name: string, value: Value): Row {
    return new ExtendedRow(this, name, value)
  }
}

/** A row that cannot be read, although the rows after it can. */
export class BrokenRow extends Row {
  readonly reason: string

  constructor(part: string, at: At, reason: string) {
    super(part, at)
    this.reason = reason
  }

  get(): Value {
    return undefined
  }

  columns(): readonly string[] {
    return []
  }
}

/** Text that is not a row, such as a line below a table; it is reported as left out. */
export class ClosingRow extends Row {
  readonly reason: string

  constructor(part: string, at: At, reason = 'it closes the table: a sum, a count or a remark') {
    super(part, at)
    this.reason = reason
  }

  get(): Value {
    return undefined
  }

  columns(): readonly string[] {
    return []
  }
}

export class TableRow extends Row {
  readonly #header: Header
  readonly #cells: readonly Value[]

  constructor(part: string, at: At, header: Header, cells: readonly Value[]) {
    super(part, at)
    this.#header = header
    this.#cells = cells
  }

  get(column: string): Value {
    if (column === fileColumn) return this.file
    const field = this.#header.find(column)
    return field < 0 ? undefined : this.#cells[field]
  }

  columns(): readonly string[] {
    return this.#header.named
  }

  override nameOf(column: string): string {
    return this.#header.nameOf(column)
  }
}

export class DocumentRow extends Row {
  readonly #value: Members

  constructor(part: string, at: At, path: string, value: Members) {
    super(part, at, path)
    this.#value = value
  }

  get(column: string): Value {
    return column === fileColumn ? this.file : valueAt(this.#value, column)
  }

  columns(): readonly string[] {
    return Object.keys(this.#value)
  }
}

/** Attribute names of LDIF occur in any case, and with options (`cn;lang-de`). */
export class EntryRow extends Row {
  readonly #values: ReadonlyMap<string, readonly string[]>

  constructor(part: string, at: At, values: ReadonlyMap<string, readonly string[]>) {
    super(part, at)
    this.#values = values
  }

  get(column: string): Value {
    if (column === fileColumn) return this.file
    const values = this.#values.get(folded(column))
    return values?.length === 1 ? values[0] : values
  }

  columns(): readonly string[] {
    return [...this.#values.keys()]
  }
}

class ExtendedRow extends Row {
  readonly #base: Row
  readonly #name: string
  readonly #value: Value

  constructor(base: Row, name: string, value: Value) {
    super(base.part, base.at, base.path)
    this.#base = base
    this.#name = name
    this.#value = value
  }

  get(column: string): Value {
    if (column === this.#name) return this.#value
    if (column.startsWith(`${this.#name}.`) && !isList(this.#value)) {
      return valueAt(this.#value, column.slice(this.#name.length + 1))
    }
    return this.#base.get(column)
  }

  columns(): readonly string[] {
    return [...this.#base.columns(), this.#name]
  }

  override nameOf(column: string): string {
    return column === this.#name ? column : this.#base.nameOf(column)
  }
}
