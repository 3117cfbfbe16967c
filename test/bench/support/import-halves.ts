import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** One half of an import, in a separate process. */
export interface ImportHalf {
  readonly id: string
  readonly ms: number
  readonly maxRssMb: number
  readonly steps: object
}

/** @param subject of `upload` the folder with the files, of `commit` the id of the import */
export async function runImportHalf(
  half: 'upload' | 'commit',
  url: string,
  tenantId: number,
  subject: string,
): Promise<ImportHalf> {
  const script = join(import.meta.dirname, 'import-process.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, half, url, String(tenantId), subject])
  return JSON.parse(stdout) as ImportHalf
}
