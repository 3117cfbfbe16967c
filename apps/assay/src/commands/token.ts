import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

/** `assay token`: an access token for calls. */
export function tokenCommand(print: (line: string) => void): Command {
  return new Command('token')
    .description('print a fresh bearer token of the local administrator, or of the client in ASSAY_CLIENT_ID')
    .action(async () => print((await connectToPlatform(readSettings())).token))
}
