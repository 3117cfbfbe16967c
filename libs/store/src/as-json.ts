import type postgres from 'postgres'
import type { Sql } from './handles.ts'

/**
 * The types of values that JSON can hold. They include interfaces, which the driver's own type refuses because they have no index
 * signature.
 */
type Storable<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined | Date
    ? T
    : T extends bigint | symbol | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | ArrayBufferView
      ? never
      : T extends (...args: never) => unknown
        ? never
        : { readonly [K in keyof T]: Storable<T[K]> }

/** A parameter with the value as JSON. Undefined members are left out, as by `JSON.stringify`. */
export function asJson<T>(sql: Pick<Sql, 'json'>, value: T & Storable<T>): postgres.Parameter {
  return sql.json(value as postgres.JSONValue)
}
