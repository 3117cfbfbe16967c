import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Public data that the repository does not hold: in `../shared/data` beside it, or where `ASSAY_TEST_DATA` says. */
export const sharedData = process.env.ASSAY_TEST_DATA ?? join(import.meta.dirname, '../../shared/data')

interface Skippable {
  skip(note: string): never
}

/**
 * For a test that reads a file or a folder of the shared data. Where that is absent, the test is skipped, and the report says
 * what it needs.
 * @param path from the folder of the shared data
 * @returns where it lies
 */
export function sharedFile(context: Skippable, path: string): string {
  const file = join(sharedData, path)
  if (!existsSync(file)) context.skip(`needs ${path} in ${sharedData}, which is not there`)
  return file
}
