import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { givenSecret, keptSecret } from './kept-secret.ts'
import { readSettings } from './settings.ts'

/**
 * What signing keys are encrypted by: out of the environment, else what `npm start` keeps in the data folder. For a database of the
 * operator's own nothing is made up here, since its gateways have a key already; undefined then.
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
