import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Public data outside of the repository: in `../shared/data` beside it, or in the folder of `ASSAY_TEST_DATA`. */
export const sharedData = process.env.ASSAY_TEST_DATA ?? join(import.meta.dirname, '../../shared/data')

interface Skippable {
  skip(note: string): never
}

/**
 * For a test that reads a file or a folder of the shared data. If it is absent, the test is skipped, and the report names it.
 * @param path from the folder of the shared data
 * @returns the path of the file
 */
export function sharedFile(context: Skippable, path: string): string {
  const file = join(sharedData, path)
  if (!existsSync(file)) context.skip(`needs ${path} in ${sharedData}, which is not there`)
  return file
}
