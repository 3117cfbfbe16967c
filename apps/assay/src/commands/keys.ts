import { createAccessTokens, LedgerKeys } from '@assay/auth'
import { clientDialects } from '@assay/dialects'
import { optionalSecret, readConfig, secret } from '@assay/server'
import { Command } from 'commander'
import { encryptionKeyOf } from '../encryption-key.ts'
import { asOwner } from './clients.ts'

/** `assay keys ...`: the keys that sign access tokens and heads of the ledger. */
export function keysCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const keys = new Command('keys').description('manage the keys that sign access tokens and heads of the ledger')
  const withTokens = async (
    work: (tokens: ReturnType<typeof createAccessTokens>, ledgerKeys: LedgerKeys) => Promise<void>,
  ) => {
    const { encryptionKey, decryptionKey } = readConfig(
      { ...environment, ASSAY_KEY_ENCRYPTION_KEY: await encryptionKeyOf(environment) },
      {
        encryptionKey: secret('ASSAY_KEY_ENCRYPTION_KEY', { remedy: 'give the one that the gateways have' }),
        decryptionKey: optionalSecret('ASSAY_KEY_DECRYPTION_KEY'),
      },
    )
    await asOwner(environment, (sql) =>
      work(
        createAccessTokens(sql, { dialects: clientDialects, encryptionKey, decryptionKey }),
        new LedgerKeys(sql, { encryptionKey, decryptionKey }),
      ),
    )
  }
  keys
    .command('rotate')
    .description('sign with a new key from now on; tokens that are out stay valid until they expire')
    .action(() =>
      withTokens(async (tokens, ledgerKeys) => {
        await tokens.rotate()
        await ledgerKeys.replace()
        print('A new key signs from now on; processes that run take it up within a minute.')
      }),
    )
  keys
    .command('re-encrypt')
    .description('encrypt the signing key by ASSAY_KEY_ENCRYPTION_KEY, opened by that or by ASSAY_KEY_DECRYPTION_KEY')
    .action(() =>
      withTokens(async (tokens, ledgerKeys) => {
        const changed = await tokens.reencrypt()
        if (await ledgerKeys.replaceUnreadable()) print('A new key signs heads of the ledger from now on.')
        print(
          changed
            ? 'The signing key is encrypted by ASSAY_KEY_ENCRYPTION_KEY.'
            : 'Nothing to do: the signing key is encrypted by ASSAY_KEY_ENCRYPTION_KEY, or there is none yet.',
        )
      }),
    )
  return keys
}
