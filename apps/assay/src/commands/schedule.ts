import { withSchedules } from '@assay/jobs'
import { scheduledAnalysisQueue } from '@assay/role-mining'
import { openOwnerDatabase } from '@assay/store'
import { Command } from 'commander'
import { openLocalDatabase } from '../local-database.ts'
import { readSettings } from '../settings.ts'
import { tenantNamed } from '../tenant-named.ts'
import { tenantOption } from './clients.ts'

/** `assay schedule ["0 3 * * *" | off]`: when the whole organisation of a tenant is analysed by itself. */
export function scheduleCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('schedule')
    .description('analyse the organisation at fixed times, besides after every import; without an argument, say when')
    .argument('[cron]', 'minute, hour, day, month, day of the week, such as "0 3 * * *"; or "off"')
    .option('--time-zone <name>', 'the time zone of the hours', 'UTC')
    .addOption(tenantOption('the tenant whose organisation is meant'))
    .action(async (cron: string | undefined, options: { timeZone: string; tenant: string }) => {
      const local = await openLocalDatabase(readSettings(environment))
      try {
        const tenantId = await tenantOf(local.url, options.tenant)
        const key = `tenant-${tenantId}`
        await withSchedules(local.url, scheduledAnalysisQueue, async (schedules) => {
          if (cron === 'off') await schedules.remove(key)
          else if (cron !== undefined) await schedules.set(key, { cron, timeZone: options.timeZone }, { tenantId })
          const now = await schedules.get(key)
          const when = now === undefined ? 'on no schedule' : `at "${now.cron}" (${now.timeZone})`
          print(`The organisation of "${options.tenant}" is analysed ${when}.`)
        })
      } finally {
        await local.stop()
      }
    })
}

async function tenantOf(ownerUrl: string, name: string): Promise<number> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-administration', maxConnections: 1 })
  try {
    return await tenantNamed(owner.sql, name)
  } finally {
    await owner.close()
  }
}
