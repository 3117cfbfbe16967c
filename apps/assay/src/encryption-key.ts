import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { givenSecret, keptSecret } from './kept-secret.ts'
import { readSettings } from './settings.ts'

/**
 * The key that encrypts signing keys: from the environment, else the one that `npm start` stored in the data folder. Undefined for a
 * database of the operator without a key in the environment: no key is made then, since the gateways already have one.
 */
export async function encryptionKeyOf(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const given = givenSecret(environment, 'ASSAY_KEY_ENCRYPTION_KEY')
  if (given !== undefined) return given
  const settings = readSettings(environment)
  const isKept = await access(join(settings.dataDirectory, 'key-encryption-key')).then(
    () => true,
    () => false,
  )
  return isKept || settings.databaseUrl === undefined ? await keptSecret(settings, 'key-encryption-key') : undefined
}
