import type { At } from './faults.ts'
import type { Header } from './header.ts'
import { folded, isList, type Members, type Value, valueAt } from './value.ts'

/** A column that every row has. */
export const fileColumn = '#file'

/** `feeds/crm.csv.gz` is crm; a sheet or a table with a name of its own is called by it. */
export function sourceName(part: string): string {
  const [, whole = part, sheet = ''] = /^(.*?)(?:\[([^[\]]*)\])?$/s.exec(part) ?? []
  if (sheet !== '' && !/^(sheet|tabelle|feuil|hoja|foglio|blad)\s*\d*$/i.test(sheet)) return sheet
  const base = whole.split(/[/\\]/).at(-1) ?? whole
  return (
    base.replace(
      /(\.(csv|tsv|txt|json|jsonc|ndjson|ya?ml|xml|xlsx|ldif|toml|parquet|db|sqlite3?|c1z|gz|zst|zip))+$/i,
      '',
    ) || base
  )
}

/** One row of a table or one record of a document, with its place. */
export abstract class Row {
  /** The file or sheet. */
  readonly part: string
  readonly at: At
  /** Which path of the document it was found at; empty for rows of tables. */
  readonly path: string

  constructor(part: string, at: At, path = '') {
    this.part = part
    this.at = at
    this.path = path
  }

  /** The value of a column; undefined when the row has no such column. */
  abstract get(column: string): Value

  /** Names of all columns that have one, for rules that take the others as attributes. */
  abstract columns(): readonly string[]

  /** What the column is called in this file, where a synonym stands for it. */
  nameOf(column: string): string {
    return column
  }

  /** What the file is called, for data that do not say which application they are of. */
  protected get file(): string {
    return sourceName(this.part)
  }

  with(name: string, value: Value): Row {
    return new ExtendedRow(this, name, value)
  }
}

/** A row that cannot be read, though those behind it can. */
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

/** What is no row, such as what stands below a table, and is reported as left out. */
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

/** Attribute names of LDIF come in any case, and with options (`cn;lang-de`). */
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
