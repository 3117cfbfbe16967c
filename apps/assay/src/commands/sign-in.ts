import { Command } from 'commander'
import { readSettings } from '../settings.ts'
import { signInLink } from '../sign-in-link.ts'
import { asOwner, tenantOption } from './clients.ts'

/** `assay sign-in`: prints a link that signs in to the console. */
export function signInCommand(print: (line: string) => void, environment = process.env): Command {
  return new Command('sign-in')
    .description('print a link that opens the console; it works once, within ten minutes')
    .option('--client <id>', 'the API client whose role the console has; by default the local administrator')
    .addOption(tenantOption('the tenant that the client belongs to'))
    .action((options: { client?: string; tenant: string }) =>
      asOwner(environment, async (sql) => {
        const { client, tenant } = options
        print(await signInLink(sql, readSettings(environment), { tenant, ...(client && { clientId: client }) }))
      }),
    )
}
