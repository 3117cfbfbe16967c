import { Header, type Synonyms } from '../header.ts'
import { type Row, TableRow } from '../row.ts'
import type { ElementEvents } from './element-events.ts'

/** Attributes by which an element names its column: `<field name="id">`, `<S N="Name">`. */
const nameAttributes = ['name', 'Name', 'N']
/** Elements of PowerShell that contain the values of a list. */
const valueLists = new Set(['LST', 'IE', 'STK', 'QUE'])
/** Other attributes of such an element: the type of its value, and that it has none. */
const otherAttributes = new Set(['type', 'Type', 'nil', 'null', 'isNull', 'RefId', 'xsi', 'length', 'Length'])
/** The maximum number of tables of a document. */
export const mostFieldTables = 500
const mostColumns = 1_000

/** A table in XML whose rows are elements, with a named element for each column. */
interface NamedFieldTable {
  /** Empty when neither the row nor its container has a name. */
  readonly name: string
  readonly path: string
  readonly columns: string[]
}

function nameOf(attributes: Readonly<Record<string, string>>): string | undefined {
  const found = nameAttributes.find((name) => Object.hasOwn(attributes, name))
  return found === undefined ? undefined : attributes[found]
}

/** Properties of a configuration have names too, but are not cells. */
function isCell(element: string, row: string, attributes: Readonly<Record<string, string>>): boolean {
  const isCalledSo =
    /^(field|column|col|cell|value|data)$/i.test(element) ||
    (element === 'Property' && row === 'Object') ||
    mayHoldValues(attributes)
  return (
    isCalledSo && Object.keys(attributes).every((name) => nameAttributes.includes(name) || otherAttributes.has(name))
  )
}

/** Only in PowerShell: values that are objects have separate elements. */
function mayHoldValues(attributes: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(attributes, 'N')
}

interface Open {
  readonly element: string
  readonly path: string
  readonly name: string | undefined
  readonly holdsValues: boolean
  /** The names of the elements in it, while all have one and belong to no further elements. */
  fields: string[] | undefined
  hasChildren: boolean
  hasText: boolean
  /** Whether one of the elements in it has a value. */
  hasValues: boolean
}

/** Finds the tables of a document while it is read: dumps of MySQL and phpMyAdmin, and objects of PowerShell. */
export class NamedFieldTables implements ElementEvents {
  /** Whether the document has more tables than are listed. */
  hasMore = false
  readonly #tables = new Map<string, NamedFieldTable>()
  readonly #open: Open[] = []

  get tables(): readonly NamedFieldTable[] {
    return [...this.#tables.values()]
  }

  open(element: string, attributes: Readonly<Record<string, string>>): void {
    const above = this.#open.at(-1)
    const name = nameOf(attributes)
    if (above !== undefined) {
      above.hasChildren = true
      if (name === undefined || !isCell(element, above.element, attributes)) above.fields = undefined
      else above.fields?.push(name)
    }
    const path = above === undefined ? element : `${above.path}.${element}`
    const holdsValues = mayHoldValues(attributes)
    this.#open.push({
      element,
      path,
      name,
      holdsValues,
      fields: [],
      hasChildren: false,
      hasText: false,
      hasValues: false,
    })
  }

  text(text: string): void {
    const open = this.#open.at(-1)
    if (open !== undefined && text.trim() !== '') open.hasText = true
  }

  close(): void {
    const closed = this.#open.pop()
    const above = this.#open.at(-1)
    if (closed === undefined || above === undefined) return
    // An element with child elements is not a cell.
    if (closed.hasChildren && !closed.holdsValues) above.fields = undefined
    if (closed.hasText || closed.hasChildren) above.hasValues = true
    if (closed.hasValues && !closed.hasText && closed.fields !== undefined) this.#add(closed, above)
  }

  #add({ path, name, fields = [] }: Open, above: Open): void {
    if (new Set(fields).size !== fields.length) return
    const called = name ?? above.name ?? ''
    const key = `${path}\0${called}`
    let table = this.#tables.get(key)
    if (table === undefined) {
      if (this.#tables.size >= mostFieldTables) {
        this.hasMore = true
        return
      }
      table = { name: called, path, columns: [] }
      this.#tables.set(key, table)
    }
    for (const field of fields) {
      if (table.columns.length < mostColumns && !table.columns.includes(field)) table.columns.push(field)
    }
  }
}

/** The rows of one such table. */
export class NamedFieldRows implements ElementEvents {
  rows: Row[] = []
  readonly #part: string
  readonly #table: NamedFieldTable
  readonly #header: Header
  readonly #line: () => number
  readonly #path: string[] = []
  readonly #names: (string | undefined)[] = []
  #cells: string[] | undefined
  #depth = 0
  #field = -1
  #text = ''
  #values: string[] = []
  #inList = 0
  #at = 0

  constructor(part: string, table: NamedFieldTable, synonyms: Synonyms, line: () => number) {
    this.#part = part
    this.#table = table
    this.#line = line
    this.#header = new Header(part, 1, table.columns, synonyms)
  }

  open(element: string, attributes: Readonly<Record<string, string>>): void {
    const name = nameOf(attributes)
    const above = this.#names.at(-1)
    this.#path.push(element)
    this.#names.push(name)
    const { length } = this.#path
    if (this.#cells === undefined) {
      if ((name ?? above ?? '') !== this.#table.name || this.#path.join('.') !== this.#table.path) return
      this.#cells = this.#table.columns.map(() => '')
      this.#depth = length
      this.#at = this.#line()
    } else if (length === this.#depth + 1) {
      this.#field = this.#table.columns.indexOf(name ?? '')
      this.#text = ''
      this.#values = []
    } else if (valueLists.has(element)) this.#inList++
    else this.#text = ''
  }

  text(text: string): void {
    if (this.#field >= 0) this.#text += text
  }

  close(): void {
    const element = this.#path.pop() ?? ''
    this.#names.pop()
    if (this.#cells === undefined) return
    const { length } = this.#path
    if (length > this.#depth) {
      if (valueLists.has(element)) this.#inList--
      else if (this.#inList > 0) this.#values.push(this.#text.trim())
      this.#text = ''
    } else if (length === this.#depth) {
      const cell = this.#values.length > 0 ? this.#values.join('\n') : this.#text.trim()
      if (this.#field >= 0) this.#cells[this.#field] = cell
      this.#field = -1
    } else {
      this.rows.push(new TableRow(this.#part, this.#at, this.#header, this.#cells))
      this.#cells = undefined
    }
  }
}
