import { join } from 'node:path'
import { startEmbeddedPostgres } from '@assay/store'
import type { Settings } from './settings.ts'

/** The database of this installation, with its owner's URL. */
interface LocalDatabase {
  readonly url: string
  /** Ends the embedded server if this process started it. */
  stop(): Promise<void>
}

/** The database of DATABASE_URL; without it, the embedded PostgreSQL, which is started unless it runs already. */
export async function openLocalDatabase(settings: Settings): Promise<LocalDatabase> {
  if (settings.databaseUrl !== undefined) return { url: settings.databaseUrl, stop: async () => {} }
  return startEmbeddedPostgres({ directory: join(settings.dataDirectory, 'postgres') })
}
