import type postgres from 'postgres'
import { parse } from 'postgres-array'

/**
 * The array types that queries send and read, by PostgreSQL's fixed ids of its built-in types (`pg_type.dat`: element, array).
 *
 * By default, the driver (3.4.9) asks the server for them on each connection, before the connection's first query. If the connection is
 * lost during that request, the driver leaves a rejection that no code can catch, which ends a Node process: a restart of PostgreSQL would
 * end every service.
 */
const arrayTypes: Readonly<Record<string, readonly [array: number, read: (text: string) => unknown]>> = {
  boolean: [1000, (text) => text === 't'],
  smallint: [1005, Number],
  integer: [1007, Number],
  bigint: [1016, safeInteger],
  real: [1021, Number],
  doublePrecision: [1022, Number],
  text: [1009, String],
  characterVarying: [1015, String],
  name: [1003, String],
  uuid: [2951, String],
  numeric: [1231, String],
  timestamptz: [1185, (text) => new Date(text)],
  date: [1182, (text) => new Date(text)],
  bytea: [1001, (text) => Buffer.from(text.slice(2), 'hex')],
}

/** For the driver's option `types`, with `fetch_types: false`. */
export const arrayTypeOptions: Record<string, postgres.PostgresType> = Object.fromEntries(
  Object.entries(arrayTypes).map(([name, [array, read]]) => [
    `${name}Array`,
    {
      to: array,
      from: [array],
      serialize: (values: unknown) => (Array.isArray(values) ? arrayText(values) : values),
      parse: (text: string) => parse(text, read),
    },
  ]),
)

/** A number if it is exact, otherwise a bigint, as in a column. */
export function safeInteger(text: string): number | bigint {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

/** An array in PostgreSQL's text format (manual, section 8.15.2). */
function arrayText(values: readonly unknown[]): string {
  return `{${values.map((value) => (Array.isArray(value) ? arrayText(value) : elementText(value))).join(',')}}`
}

function elementText(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) throw new TypeError('An array for PostgreSQL holds undefined; null says "no value"')
  if (typeof value === 'number') return `"${value}"`
  return `"${String(value).replace(/[\\"]/g, '\\$&')}"`
}
