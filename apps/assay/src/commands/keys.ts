import { createAccessTokens } from '@assay/auth'
import { clientDialects } from '@assay/dialects'
import { Command } from 'commander'
import { asOwner } from './clients.ts'

/** `assay keys ...`: the keys that sign access tokens. */
export function keysCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const keys = new Command('keys').description('manage the keys that sign access tokens')
  keys
    .command('rotate')
    .description('sign with a new key from now on; tokens that are out stay valid until they expire')
    .action(() =>
      asOwner(environment, async (sql) => {
        await createAccessTokens(sql, { dialects: clientDialects }).rotate()
        print('A new key signs from now on; processes that run take it up within a minute.')
      }),
    )
  return keys
}
