import { inject } from 'vitest'
import { cloneTestDatabase, type TestDatabase, type TestDatabaseOptions } from './testing-database.ts'

export { openTestDatabase, type TestDatabase } from './testing-database.ts'
export { relayTo } from './testing-relay.ts'

/**
 * A migrated database for one test file, cloned from the run's template in some hundredths of a second:
 *
 *     const db = await createTestDatabase()
 *     afterAll(() => db.drop())
 */
export function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  return cloneTestDatabase(inject('testServerBroker'), options)
}
