import { createApiClient, dialects, roles } from '@assay/auth'
import { openOwnerDatabase } from '@assay/store'
import { Command, Option } from 'commander'
import { localTenant } from '../credentials.ts'
import { openLocalDatabase } from '../local-database.ts'
import { readSettings } from '../settings.ts'

/** `assay clients create`: credentials for somebody else's program. */
export function clientsCommand(print: (line: string) => void): Command {
  const clients = new Command('clients').description('manage API clients')
  clients
    .command('create')
    .description('make an API client and print its credentials; the secret is not kept and cannot be shown again')
    .addOption(
      new Option('--dialect <dialect>', 'whose credentials they look like').choices([...dialects]).default('c1'),
    )
    .addOption(new Option('--role <role>', 'what the client may do').choices([...roles]).makeOptionMandatory())
    .option('--tenant <name>', 'the tenant it belongs to', localTenant)
    .option('--name <name>', 'shown where the client made something', 'API client')
    .option('--identity <id>', 'the identity it acts for; itself when left out')
    .option('--host <host>', 'the host name in a C1 client id', 'localhost')
    .action(async (options: ClientOptions) => {
      const local = await openLocalDatabase(readSettings())
      const owner = openOwnerDatabase({ url: local.url, applicationName: 'assay-clients', maxConnections: 1 })
      try {
        const [tenant] = await owner.sql<{ tenant_id: number }[]>`
          select tenant_id from tenants where name = ${options.tenant}`
        if (tenant === undefined) throw new Error(`There is no tenant "${options.tenant}"`)
        const credentials = await createApiClient(owner.sql, {
          tenantId: tenant.tenant_id,
          dialect: options.dialect,
          role: options.role,
          displayName: options.name,
          host: options.host,
          ...(options.identity !== undefined && { identityId: options.identity }),
        })
        print(JSON.stringify(credentials, null, 2))
      } finally {
        await owner.close()
        await local.stop()
      }
    })
  return clients
}

interface ClientOptions {
  readonly dialect: (typeof dialects)[number]
  readonly role: (typeof roles)[number]
  readonly tenant: string
  readonly name: string
  readonly identity?: string
  readonly host: string
}
