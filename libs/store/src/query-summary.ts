/** A statement in a few words without values: `select grants identities`, as in OpenTelemetry's `db.query.summary`. */
interface QuerySummary {
  /** `select`, `insert`, ...; undefined for other statements. */
  readonly operation: string | undefined
  /** Tables, in the order of the text. */
  readonly tables: readonly string[]
}

const operations: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete', 'merge', 'copy', 'values'])
/** A table follows these words. */
const beforeTables: ReadonlySet<string> = new Set(['from', 'join', 'into', 'update', 'using', 'copy'])
const mostTables = 5

/** Matches comments, texts, quoted and plain names, and every other single character. */
const tokens = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")*|[a-z_][\w.]*|[^\s\w]/gi

const known = new Map<string, QuerySummary>()
const mostKnown = 2_000

/** @param text with `$1` for parameters */
export function querySummary(text: string): QuerySummary {
  const before = known.get(text)
  if (before !== undefined) return before
  // Most texts come from this code; those that depend on a caller's filter must not fill the memory.
  if (known.size >= mostKnown) known.clear()
  const made = summarised(text)
  known.set(text, made)
  return made
}

function summarised(text: string): QuerySummary {
  const words = (text.match(tokens) ?? [])
    .filter((word) => !/^(--|\/\*|')/.test(word))
    .map((word) => word.replaceAll('"', '').toLowerCase())
  const own = new Set<string>()
  const tables = new Set<string>()
  let operation: string | undefined
  let depth = 0
  words.forEach((word, at) => {
    if (word === '(') depth++
    if (word === ')') depth--
    if (depth === 0 && operation === undefined && operations.has(word)) operation = word
    // `with name as (`: the name is only valid in this statement.
    if (words[at + 1] === 'as' && /^(\(|materialized|not)$/.test(words[at + 2] ?? '')) own.add(word)
    const next = words[at + 1] === 'only' ? at + 2 : at + 1
    const table = words[next] ?? ''
    // A name before a bracket is a function, except in an insert, where the bracket has the columns.
    const isFunction = words[next + 1] === '(' && word !== 'into' && word !== 'copy'
    if (beforeTables.has(word) && /^[a-z_]/.test(table) && !isFunction && !grammar.has(table)) tables.add(table)
  })
  const named = [...tables].filter((table) => !own.has(table)).map(withoutNumbers)
  return { operation, tables: [...new Set(named)].slice(0, mostTables) }
}

/** Words that can be in the position of a table. */
const grammar: ReadonlySet<string> = new Set([
  'select',
  'set',
  'lateral',
  'unnest',
  'now',
  'current_date',
  'stdin',
  'stdout',
  'of',
])

/** Partitions have numbers in their names. */
function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, 'n')
}
