import { openLocalDatabase } from '../local-database.ts'
import { prepareDatabase } from '../prepare-database.ts'
import type { Settings } from '../settings.ts'

/** Applies what is missing, as the owner of the database. */
export async function migrateDatabase(settings: Settings, print: (line: string) => void): Promise<void> {
  const database = await openLocalDatabase(settings)
  try {
    const applied = await prepareDatabase(database.url)
    print(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`)
  } finally {
    await database.stop()
  }
}
