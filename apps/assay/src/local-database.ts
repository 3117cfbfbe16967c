import { join } from 'node:path'
import { startEmbeddedPostgres } from '@assay/store'
import type { Settings } from './settings.ts'

/** The database of this installation, to be used as its owner. */
interface LocalDatabase {
  readonly url: string
  /** Ends the embedded server if this process started it. */
  stop(): Promise<void>
}

/** DATABASE_URL where it is set; otherwise the embedded PostgreSQL, started unless it runs already. */
export async function openLocalDatabase(settings: Settings): Promise<LocalDatabase> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, stop: async () => {} }
  return startEmbeddedPostgres({ directory: join(settings.dataDirectory, 'postgres') })
}
