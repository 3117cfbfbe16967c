import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from './settings.ts'

/**
 * The secret that the services of this installation share, as base64url: random, made once, kept with mode 0600 so that
 * page tokens outlive a restart.
 */
export async function internalSecret(settings: Settings): Promise<string> {
  const file = join(settings.dataDirectory, 'internal-secret')
  await mkdir(settings.dataDirectory, { recursive: true })
  await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return readFile(file, 'utf8')
}
