import { folded } from '../value.ts'
import { type SqlToken, SqlTokens } from './sql-tokens.ts'

/** A row that a statement inserts into a table. */
export interface SqlRow {
  /** With its schema, unless that is a usual one. */
  readonly table: string
  readonly columns: readonly string[]
  /** Undefined for null, and for computed values. */
  readonly values: readonly (string | undefined)[]
  readonly line: number
}

type State =
  | 'start'
  | 'name'
  | 'columns'
  | 'values'
  | 'tuples'
  | 'tuple'
  | 'skip'
  | 'table'
  | 'definitions'
  | 'copy'
  | 'rows'

/** States in which tokens are stored. */
const gathering: ReadonlySet<State> = new Set<State>(['name', 'columns', 'tuple', 'table', 'definitions'])
const usualSchemas = new Set(['public', 'dbo'])
/** Words that begin an item of a table definition that is not a column. */
const noColumns = new Set([
  ...['constraint', 'primary', 'unique', 'key', 'index', 'foreign', 'check', 'fulltext', 'spatial', 'exclude', 'like'],
])

/** Makes rows from INSERT statements and from COPY ... FROM stdin, while the text arrives. Other statements are skipped. */
export class SqlRows {
  failure: { readonly line: number; readonly reason: string } | undefined
  readonly #tokens = new SqlTokens()
  readonly #longest: number
  /** Columns of tables by their names. */
  readonly #tables = new Map<string, readonly string[]>()
  /** The columns with booleans, as `table column`. */
  readonly #flags = new Set<string>()
  #rows: SqlRow[] = []
  #state: State = 'start'
  #name: string[] = []
  #columns: string[] = []
  #values: (string | undefined)[] = []
  #words = ''
  #text: string | undefined
  /** Whether the value comes from a sequence or another table. */
  #isLookedUp = false
  #depth = 0
  /** The number of characters of the row, or of the names, that is being collected. */
  #size = 0
  #line = 0
  /** Whether the next word of a definition names a column. */
  #isItem = false
  #isCopy = false
  #fromInput = false
  #isBehindStatement = false

  constructor(longest: number) {
    this.#longest = longest
  }

  push(text: string): void {
    this.#tokens.push(text)
    this.#read(false)
    if (this.#tokens.waiting > this.#longest) this.#fail('a text or a comment that begins here does not end')
  }

  end(): void {
    this.#read(true)
    if (this.#tokens.waiting > 0) this.#fail('a text that begins here does not end; the file may be cut off')
    else if (this.#state === 'tuple' || this.#state === 'rows')
      this.#fail('the rows have no end; the file may be cut off')
  }

  /** Returns and removes the rows that were read since the last call. */
  take(): readonly SqlRow[] {
    return this.#rows.splice(0)
  }

  #fail(reason: string): void {
    this.failure ??= { line: this.#tokens.line, reason }
  }

  #read(isWhole: boolean): void {
    for (;;) {
      if (this.#state === 'rows') {
        const line = this.#tokens.takeLine(isWhole)
        if (line === undefined) return
        this.#copied(line)
        continue
      }
      const token = this.#tokens.take(isWhole)
      if (token === undefined) return
      this.#take(token)
    }
  }

  #take(token: SqlToken): void {
    const { kind, text } = token
    const isWord = (one: string) => kind === 'word' && text.toUpperCase() === one
    const isSign = (one: string) => kind === 'sign' && text === one
    this.#size += text.length + 1
    if (this.#size > this.#longest && gathering.has(this.#state)) {
      this.#fail('a row or a statement that begins before is too long')
      return
    }
    const begins = token.isFirst && (isWord('INSERT') || isWord('CREATE') || isWord('COPY') || isWord('REPLACE'))
    if (this.#state !== 'tuple' && this.#state !== 'definitions' && begins) this.#state = 'start'
    switch (this.#state) {
      case 'start':
        this.#begin(token)
        return
      case 'name':
        // The words between INSERT and the name of the table.
        if (
          this.#name.length === 0 &&
          /^(INTO|IGNORE|OR|REPLACE|ABORT|ROLLBACK|LOW_PRIORITY|DELAYED|ALL|FIRST|ONLY)$/i.test(text)
        )
          return
        if (isSign('(')) {
          this.#columns = []
          this.#state = 'columns'
        } else if (isWord('VALUES') || isWord('VALUE')) this.#state = 'tuples'
        else if (this.#isCopy && isWord('FROM')) this.#state = 'copy'
        else if (!this.#addName(token)) this.#state = 'skip'
        return
      case 'columns':
        if (kind === 'word' || kind === 'name') this.#columns.push(text)
        else if (isSign(')')) this.#state = this.#isCopy ? 'copy' : 'values'
        else if (!isSign(',')) this.#state = 'skip'
        return
      case 'values':
        if (isWord('VALUES') || isWord('VALUE')) this.#state = 'tuples'
        // PostgreSQL's OVERRIDING SYSTEM VALUE comes before VALUES.
        else if (!isWord('OVERRIDING') && !isWord('SYSTEM') && !isWord('USER'))
          this.#state = isSign(';') ? 'start' : 'skip'
        return
      case 'tuples':
        if (isSign('(')) this.#beginTuple(token.line)
        else if (isSign(';')) this.#state = 'start'
        else if (isWord('INTO')) this.#beginName()
        // VALUES itself follows OVERRIDING SYSTEM VALUE.
        else if (!isSign(',') && !isWord('VALUES')) this.#state = 'skip'
        return
      case 'tuple':
        this.#value(token)
        return
      case 'table':
        if (isSign('(')) {
          this.#columns = []
          this.#isItem = true
          this.#depth = 1
          this.#state = 'definitions'
        } else if (isSign(';')) this.#state = 'start'
        else if (!/^(IF|NOT|EXISTS)$/i.test(text) && !this.#addName(token)) this.#state = 'skip'
        return
      case 'definitions':
        this.#define(token)
        return
      case 'copy':
        if (isSign(';')) this.#state = this.#fromInput ? 'rows' : 'start'
        else if (isWord('STDIN')) this.#fromInput = true
        return
      case 'skip':
        if (isSign(';') || (token.isFirst && isWord('GO'))) this.#state = 'start'
        return
      case 'rows':
        return
    }
  }

  #begin({ kind, text }: SqlToken): void {
    if (kind !== 'word') {
      this.#state = kind === 'sign' && text === ';' ? 'start' : 'skip'
      return
    }
    switch (text.toUpperCase()) {
      case 'INSERT':
      case 'REPLACE':
        this.#beginName()
        return
      case 'CREATE':
      case 'TABLE':
        // TEMPORARY and other words may come between CREATE and TABLE.
        this.#name = []
        this.#size = 0
        this.#state = text.toUpperCase() === 'TABLE' ? 'table' : 'start'
        return
      case 'COPY':
        this.#beginName(true)
        return
      case 'TEMPORARY':
      case 'TEMP':
      case 'UNLOGGED':
      case 'GLOBAL':
      case 'LOCAL':
      case 'COLUMN':
        return
      case 'GO':
        return
      default:
        this.#state = 'skip'
    }
  }

  #beginName(isCopy = false): void {
    this.#size = 0
    this.#name = []
    this.#columns = []
    this.#isCopy = isCopy
    this.#fromInput = false
    this.#isBehindStatement = true
    this.#state = 'name'
  }

  #beginTuple(line: number): void {
    this.#size = 0
    this.#values = []
    this.#words = ''
    this.#text = undefined
    this.#isLookedUp = false
    this.#depth = 1
    this.#line = line
    this.#state = 'tuple'
  }

  /** Adds parts of a name, which dots separate. Returns false for other tokens. */
  #addName({ kind, text }: SqlToken): boolean {
    if (kind === 'word' || kind === 'name') {
      this.#name.push(...(kind === 'word' ? text.split('.') : [text]).filter((part) => part !== ''))
      return true
    }
    return kind === 'sign' && text === '.'
  }

  get #table(): string {
    const [schema, name] = this.#name.slice(-2)
    if (name === undefined) return schema ?? ''
    return usualSchemas.has(folded(schema ?? '')) || this.#name.length > 2 ? name : `${schema}.${name}`
  }

  #value({ kind, text }: SqlToken): void {
    if (kind === 'sign') {
      if (text === '(') this.#depth++
      else if (text === ')' && --this.#depth === 0) {
        this.#endValue()
        this.#add(this.#values)
        this.#state = 'tuples'
      } else if (text === ',' && this.#depth === 1) this.#endValue()
      else if (text === '-' && this.#words === '' && this.#depth === 1) this.#words = '-'
      return
    }
    if (kind === 'word' && /^(nextval|select)$/i.test(text)) this.#isLookedUp = true
    // For an expression, such as CAST(N'2024-01-01' AS date), its first text.
    if (kind === 'text' || kind === 'name') this.#text ??= text
    else if (this.#depth === 1) this.#words += text
  }

  #endValue(): void {
    const isComputed =
      this.#isLookedUp || /^(null|default|now|current_timestamp|current_date|getdate|sysdate)$/i.test(this.#words)
    const text = this.#isLookedUp ? undefined : this.#text
    this.#values.push(text ?? (isComputed || this.#words === '' ? undefined : this.#words))
    this.#isLookedUp = false
    this.#text = undefined
    this.#words = ''
  }

  #add(values: readonly (string | undefined)[], line = this.#line): void {
    const table = this.#table
    const named = this.#columns.length > 0 ? this.#columns : this.#tables.get(folded(table))
    const columns = named ?? values.map((_, index) => `column ${index + 1}`)
    this.#rows.push({ table, columns, values, line })
  }

  #define({ kind, text }: SqlToken): void {
    if (kind === 'sign') {
      if (text === '(') this.#depth++
      else if (text === ')' && --this.#depth === 0) {
        this.#tables.set(folded(this.#table), this.#columns)
        this.#columns = []
        this.#state = 'skip'
      } else if (text === ',' && this.#depth === 1) this.#isItem = true
      return
    }
    if (this.#depth !== 1) return
    if (!this.#isItem) {
      if (/^bool(ean)?$/i.test(text)) this.#flags.add(this.#flagKey(this.#columns.at(-1)))
      return
    }
    this.#isItem = false
    if (kind === 'name' || (kind === 'word' && !noColumns.has(text.toLowerCase()))) this.#columns.push(text)
  }

  #flagKey(column = ''): string {
    return folded(`${this.#table} ${column}`)
  }

  /** A line between COPY ... FROM stdin and `\.`. */
  #copied(line: string): void {
    if (line === '\\.') {
      this.#state = 'start'
      return
    }
    // The rest of the line of the statement.
    const isRest = this.#isBehindStatement && line.trim() === ''
    this.#isBehindStatement = false
    if (isRest) return
    const values = line
      .split('\t')
      .map((cell) =>
        cell === '\\N' ? undefined : cell.replaceAll(/\\(.)/g, (_, sign: string) => copied[sign] ?? sign),
      )
    const columns = this.#columns.length > 0 ? this.#columns : (this.#tables.get(folded(this.#table)) ?? [])
    const isFlag = (column = '') => this.#flags.has(this.#flagKey(column)) || flagName.test(column)
    // PostgreSQL's `t` means true, not the T (terminated) of HR systems.
    this.#add(
      values.map((value, at) => (isFlag(columns[at]) ? (flags.get(value) ?? value) : value)),
      this.#tokens.line - 1,
    )
  }
}

const copied: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '', f: '', v: '' }
const flags = new Map<string | undefined, string>([
  ['t', 'true'],
  ['f', 'false'],
])
/** Names of columns with booleans, for scripts that do not create the table. */
const flagName = /^((is|has|can)_|(active|enabled|disabled|locked|blocked|deleted|suspended|superuser|staff)$)/i
