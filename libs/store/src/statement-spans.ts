import { beginStep, type Span, spanInProgress } from '@assay/tracing'
import { querySummary } from './query-summary.ts'

/** The parts of the driver's query that are used here. */
interface DriverQuery extends Promise<unknown> {
  handler(query: DriverQuery): void
  readonly strings: readonly string[]
  /** The whole text, after it was sent. */
  readonly string?: string
  readonly options: { readonly prepare?: boolean }
  resolve(rows: unknown): void
  reject(error: unknown): void
  /** For a query that is read in batches: receives the next batch. Its promise never settles. */
  cursorFn?: (rows: unknown) => unknown
}

/** The database of the statements, by the conventions for databases. */
export interface DatabaseAttributes {
  readonly 'db.system.name': 'postgresql'
  readonly 'db.namespace': string
  readonly 'server.address': string
  readonly 'server.port': number
}

const mostTextLength = 2_000

/** @param url of a database; some URLs can only be read by the driver */
export function databaseAttributes(url: string): DatabaseAttributes {
  const { hostname, port, pathname, searchParams } = URL.canParse(url) ? new URL(url) : new URL('postgres://_')
  return {
    'db.system.name': 'postgresql',
    // As in the driver, which decodes nothing: a single % is no error.
    'db.namespace': pathname.slice(1),
    'server.address': searchParams.get('host') ?? hostname,
    'server.port': Number(port || 5432),
  }
}

/**
 * Makes a query a step of the current trace, from sending it to the response. Other values and parts of queries are never sent. The span
 * has no parameters; for a text that depends on the caller's input, it has only the tables.
 */
export function traced<T>(made: T, attributes: DatabaseAttributes): T {
  if (spanInProgress()?.isRecorded !== true || !isQuery(made)) return made
  const { handler } = made
  made.handler = (query) => {
    const span = beginStep(() => ({ name: 'postgresql', kind: 'client', attributes: { ...attributes } }))
    if (span !== undefined) onAnswer(query, (error) => ended(span, query, error))
    handler(query)
  }
  return made
}

/** Calls `end` at the response; for a query that is read in batches, at the first one, since later batches are read on demand. */
function onAnswer(query: DriverQuery, end: (error?: unknown) => void): void {
  const { cursorFn, resolve, reject } = query
  if (cursorFn === undefined) {
    query.then(() => end(), end)
    return
  }
  query.cursorFn = (rows) => {
    end()
    return cursorFn(rows)
  }
  query.resolve = (rows) => {
    end()
    resolve.call(query, rows)
  }
  query.reject = (error) => {
    end(error)
    reject.call(query, error)
  }
}

function ended(span: Span, query: DriverQuery, error?: unknown): void {
  const text = query.string ?? query.strings.join('?')
  const { operation, tables } = querySummary(text)
  const summary = [operation ?? 'statement', ...tables].join(' ')
  span.rename(summary)
  span.set({
    'db.query.summary': summary,
    ...(operation !== undefined && { 'db.operation.name': operation }),
    ...(tables.length === 1 && { 'db.collection.name': tables[0] ?? '' }),
    ...(query.options.prepare !== false && { 'db.query.text': plain(text) }),
  })
  if (error !== undefined) {
    const type = errorType(error)
    if (/^[0-9A-Z]{5}$/.test(type)) span.set({ 'db.response.status_code': type })
    span.fail(type)
  }
  span.end()
}

/** A SQLSTATE, an error code of the driver, or the name of the error's class. */
export function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return String([code, name].find((each) => typeof each === 'string') ?? '_OTHER')
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, mostTextLength)
}

function isQuery(made: unknown): made is DriverQuery {
  return made instanceof Promise && 'handler' in made && typeof made.handler === 'function'
}
