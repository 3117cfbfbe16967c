import { withSchedules } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { scheduledAnalysisQueue } from '@assay/role-mining'
import { inTenant, openOwnerDatabase, type Sql } from '@assay/store'
import { Command } from 'commander'
import { openLocalDatabase } from '../local-database.ts'
import { readSettings } from '../settings.ts'
import { tenantNamed } from '../tenant-named.ts'
import { asOperator, tenantOption } from './clients.ts'

/** `assay schedule ["0 3 * * *" | off]`: the times at which the whole organisation of a tenant is analysed. */
export function scheduleCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  return new Command('schedule')
    .description('analyse the organisation at fixed times, besides after every import; without an argument, say when')
    .argument('[cron]', 'minute, hour, day, month, day of the week, such as "0 3 * * *"; or "off"')
    .option('--time-zone <name>', 'the time zone of the hours', 'UTC')
    .addOption(tenantOption('the tenant whose organisation is meant'))
    .action(async (cron: string | undefined, options: { timeZone: string; tenant: string }) => {
      const local = await openLocalDatabase(readSettings(environment))
      try {
        await withOwner(local.url, async (sql) => {
          const tenantId = await tenantNamed(sql, options.tenant)
          const key = `tenant-${tenantId}`
          await withSchedules(local.url, scheduledAnalysisQueue, async (schedules) => {
            const before = await schedules.get(key)
            const change = async () => {
              if (cron === 'off') await schedules.remove(key)
              else if (cron !== undefined) await schedules.set(key, { cron, timeZone: options.timeZone }, { tenantId })
              return await schedules.get(key)
            }
            const isChanging = cron === 'off' ? before !== undefined : cron !== undefined
            const now = isChanging ? await recorded(sql, tenantId, before, change) : before
            const when = now === undefined ? 'on no schedule' : `at "${now.cron}" (${now.timeZone})`
            print(`The organisation of "${options.tenant}" is analysed ${when}.`)
          })
        })
      } finally {
        await local.stop()
      }
    })
}

/**
 * Records a change of the schedule in the ledger. Another connection writes the schedule, before the entry is committed; if that fails,
 * there is no entry.
 */
function recorded<S>(sql: Sql, tenantId: number, before: S, change: () => Promise<S>): Promise<S> {
  return asOperator(() =>
    inTenant(sql, tenantId, async (scoped) => {
      const after = await change()
      const subject = { type: 'schedule', id: scheduledAnalysisQueue.name }
      await recordEntry(scoped, { kind: `schedule.${after === undefined ? 'delete' : 'set'}`, subject, before, after })
      return after
    }),
  )
}

async function withOwner<T>(ownerUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-administration', maxConnections: 1 })
  try {
    return await work(owner.sql)
  } finally {
    await owner.close()
  }
}
