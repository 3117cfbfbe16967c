import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { optionalText, readConfig } from '@assay/server/config'
import type { Settings } from './settings.ts'

/**
 * `internal-secret`: shared by the services of this installation, so that page tokens outlive a restart. `database-logins`: the passwords
 * of the services' logins are derived from it. `key-encryption-key`: encrypts signing keys. `webhook-key`: encrypts secrets of webhooks.
 */
export type KeptSecret = 'internal-secret' | 'database-logins' | 'key-encryption-key' | 'webhook-key'

/** A secret of this installation, 32 random bytes as base64url. It is made once and stored in the data folder with mode 0600. */
export async function keptSecret({ dataDirectory }: Settings, name: KeptSecret): Promise<string> {
  const file = join(dataDirectory, name)
  await mkdir(dataDirectory, { recursive: true })
  await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    },
  )
  return readFile(file, 'utf8')
}

/** A secret from the environment, or from the file that the variable with `_FILE` names. @throws ConfigError */
export function givenSecret(environment: NodeJS.ProcessEnv, variable: string): string | undefined {
  return readConfig(environment, { given: { ...optionalText(variable), isSecret: true } }).given
}
