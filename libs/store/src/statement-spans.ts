import { beginStep, type Span, spanInProgress } from '@assay/tracing'
import { querySummary } from './query-summary.ts'

/** A query of the driver, as far as it is looked at here. */
interface DriverQuery extends Promise<unknown> {
  handler(query: DriverQuery): void
  readonly strings: readonly string[]
  /** The whole text, once it is sent. */
  readonly string?: string
  readonly options: { readonly prepare?: boolean }
  resolve(rows: unknown): void
  reject(error: unknown): void
  /** Of a query that is read in batches: gets the next one. Its promise never settles. */
  cursorFn?: (rows: unknown) => unknown
}

/** Where statements go, by the conventions for databases. */
export interface DatabaseAttributes {
  readonly 'db.system.name': 'postgresql'
  readonly 'db.namespace': string
  readonly 'server.address': string
  readonly 'server.port': number
}

const mostTextLength = 2_000

/** @param url of a database, which may be one that only the driver can read */
export function databaseAttributes(url: string): DatabaseAttributes {
  const { hostname, port, pathname, searchParams } = URL.canParse(url) ? new URL(url) : new URL('postgres://_')
  return {
    'db.system.name': 'postgresql',
    // As the driver has it, which decodes nothing: a lone % is no error.
    'db.namespace': pathname.slice(1),
    'server.address': searchParams.get('host') ?? hostname,
    'server.port': Number(port || 5432),
  }
}

/**
 * Makes a query a step of the current trace, from sending to the response. Other values, and parts of queries, are
 * never sent. The span has no parameters; for a text that depends on the caller's input it has only the tables.
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

/** Of one that is read in batches the first: later ones come when somebody wants them. */
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

/** A SQLSTATE, a code of the driver, or the name of the error's class. */
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
