import { createAccessTokens, LedgerKeys, SealedTexts, sealAgain } from '@assay/auth'
import { clientDialects } from '@assay/dialects/clients'
import { recordEntry } from '@assay/ledger'
import { optionalSecret, readConfig, secret } from '@assay/server'
import { inTenant, listTenants, type Sql } from '@assay/store'
import { Command } from 'commander'
import { encryptionKeyOf } from '../encryption-key.ts'
import { asOwner } from './clients.ts'

/** `assay keys ...`: the keys that sign access tokens and heads of the ledger. */
export function keysCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const keys = new Command('keys').description('manage the keys that sign access tokens and heads of the ledger')
  const withTokens = async (
    work: (keys: {
      tokens: ReturnType<typeof createAccessTokens>
      ledgerKeys: LedgerKeys
      sealed: SealedTexts
      sql: Sql
    }) => Promise<void>,
  ) => {
    const { encryptionKey, decryptionKey } = readConfig(
      { ...environment, ASSAY_KEY_ENCRYPTION_KEY: await encryptionKeyOf(environment) },
      {
        encryptionKey: secret('ASSAY_KEY_ENCRYPTION_KEY', { remedy: 'give the one that the gateways have' }),
        decryptionKey: optionalSecret('ASSAY_KEY_DECRYPTION_KEY'),
      },
    )
    await asOwner(environment, (sql) =>
      work({
        tokens: createAccessTokens(sql, { dialects: clientDialects, encryptionKey, decryptionKey }),
        ledgerKeys: new LedgerKeys(sql, { encryptionKey, decryptionKey }),
        sealed: new SealedTexts(sql, { encryptionKey, decryptionKey }),
        sql,
      }),
    )
  }
  keys
    .command('rotate')
    .description('sign with a new key from now on; tokens that are out stay valid until they expire')
    .action(() =>
      withTokens(async ({ tokens, ledgerKeys, sql }) => {
        await tokens.rotate()
        await ledgerKeys.replace()
        await recordForAll(sql, 'rotate', ['tokens', 'ledger'])
        print('A new key signs from now on; processes that run take it up within a minute.')
      }),
    )
  keys
    .command('re-encrypt')
    .description(
      'encrypt the signing key, secrets of sign-in issuers and tokens of sessions by ASSAY_KEY_ENCRYPTION_KEY, opened by that or by ASSAY_KEY_DECRYPTION_KEY',
    )
    .action(() =>
      withTokens(async ({ tokens, ledgerKeys, sealed, sql }) => {
        const changed = await tokens.reencrypt()
        if (changed) await recordForAll(sql, 're-encrypt', ['tokens'])
        if (await ledgerKeys.replaceUnreadable()) {
          await recordForAll(sql, 'rotate', ['ledger'])
          print('A new key signs heads of the ledger from now on.')
        }
        print(
          changed
            ? 'The signing key is encrypted by ASSAY_KEY_ENCRYPTION_KEY.'
            : 'The signing key needs nothing: it is encrypted by ASSAY_KEY_ENCRYPTION_KEY, or there is none yet.',
        )
        const again = await sealAgain(sql, sealed)
        for (const tenantId of again.tenants) await recordFor(sql, tenantId, 're-encrypt', ['sign-in'])
        print(
          again.tenants.length > 0
            ? `Sealed by ASSAY_KEY_ENCRYPTION_KEY: secrets of sign-in issuers (${again.secrets}), tokens of sessions (${again.tokens}).`
            : 'No secret of a sign-in issuer and no session needed it.',
        )
        for (const { tenant, issuer } of again.unreadable)
          print(`Neither key opens the secret of ${issuer} (${tenant}): remove the issuer and enter it again.`)
      }),
    )
  return keys
}

/**
 * Records the change in the ledger of every tenant, since keys belong to the deployment. The entries are written after the keys, in other
 * transactions.
 */
async function recordForAll(sql: Sql, verb: Verb, keys: readonly RecordedKey[]): Promise<void> {
  for (const { tenantId } of await listTenants(sql)) await recordFor(sql, tenantId, verb, keys)
}

async function recordFor(sql: Sql, tenantId: number, verb: Verb, keys: readonly RecordedKey[]): Promise<void> {
  await inTenant(sql, tenantId, (scoped) =>
    recordEntry(scoped, { kind: `key.${verb}`, subject: { type: 'key', id: keys.join(' ') } }),
  )
}

type Verb = 'rotate' | 're-encrypt'
type RecordedKey = 'tokens' | 'ledger' | 'sign-in'
