import postgres from 'postgres'
import type { Sql } from './handles.ts'
import { serverAddress } from './server-address.ts'

export type DriverOptions = postgres.Options<{ bigint: postgres.PostgresType<bigint> }> & {
  /** The seconds that a query waits for a connection; from our patch (docs/decisions/0007). */
  readonly queue_timeout?: number | null
}

/** A query that each new connection answers before its first other one; `judge` throws to have the connection closed. */
export interface DriverCheck {
  readonly query: string
  readonly judge: (rows: readonly unknown[]) => void
}

/** The version of patches/postgres+3.4.9.patch. */
const knownPatch = 2

/**
 * The driver with the check that our patch adds to it (docs/decisions/0007). Without the patch, connections would work
 * unchecked, so nothing is opened then.
 */
export function openDriver(url: string, options: DriverOptions, check: DriverCheck): Sql {
  const address = serverAddress(url)
  const driver = postgres(address.url, { ...options, oncheck: check, path: address.path } as DriverOptions)
  if ((driver.options as { readonly patch?: unknown }).patch !== knownPatch) {
    throw new Error(
      'The Postgres driver lacks the patch by which connections are checked, or has an earlier one: run `npm ci` with scripts, or `npx patch-package`',
    )
  }
  return driver as unknown as Sql
}
