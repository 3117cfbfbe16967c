import { switchDiscovery } from '@assay/role-sessions'
import { inTenant } from '@assay/store'
import { Argument, Command } from 'commander'
import { tenantNamed } from '../tenant-named.ts'
import { asOwner, tenantOption } from './clients.ts'

/** `assay discovery on|off`: whether every import starts a session that mines roles of the whole organisation. */
export function discoveryCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('discovery')
    .description('switch the session over the whole organisation after every import on or off')
    .addArgument(new Argument('<state>', 'on, as it is at first, or off').choices(['on', 'off']))
    .addOption(tenantOption('the tenant whose imports are meant'))
    .action((state: 'on' | 'off', options: { tenant: string }) =>
      asOwner(environment, async (sql) => {
        const tenantId = await tenantNamed(sql, options.tenant)
        await inTenant(sql, tenantId, (scoped) => switchDiscovery(scoped, tenantId, state === 'on'))
        print(`Automatic discovery is ${state} for the imports of "${options.tenant}" from now on.`)
      }),
    )
}
