import type { Sql } from './handles.ts'
import { onlyRow } from './only-row.ts'

const oldestVersion = 15

/**
 * @throws Error when this server cannot hold Assay's data: its version is too old for the migrations, or its encoding cannot store every
 * text
 */
export async function requireSupportedServer(sql: Sql): Promise<void> {
  const server = onlyRow(
    await sql<{ version: number; versionText: string; encoding: string }[]>`
    select current_setting('server_version_num')::integer as version,
           current_setting('server_version') as "versionText",
           current_setting('server_encoding') as encoding`,
  )
  if (server.version < oldestVersion * 10_000) {
    throw new Error(`Assay needs PostgreSQL ${oldestVersion} or newer; this server is PostgreSQL ${server.versionText}`)
  }
  if (server.encoding !== 'UTF8') {
    throw new Error(
      `Assay needs a database with encoding UTF8; this one has ${server.encoding}. ` +
        `Create it again with: create database ... encoding 'UTF8' template template0`,
    )
  }
}
