import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openOwnerDatabase, type Sql, startEmbeddedPostgres } from '@assay/store'
import { tableRows } from '../bench/support/table-growth.ts'
import { startFleet } from '../platform/fleet.ts'
import type { Drill } from './stage.ts'

const one = { gateway: 1, mining: 1, 'mining-worker': 1, 'iai-sessions': 1 }

/** A backup while clients work, the loss of the whole server, and a platform on another one. */
export const restore: Drill = {
  deployment: one,
  async play(stage) {
    const { say, tellCalls, assay, folder, fleet, owner, postgres, tenant } = stage
    await sleep(10_000)
    tellCalls()
    const file = join(folder, 'assay.backup')
    await timedSay(say, 'the backup', () => assay(['backup', file]))
    tellCalls()
    await stage.calls.stop()
    await tenant.importAgain()
    const before = await tableRows(owner.sql)
    const later = join(folder, 'assay-later.backup')
    await timedSay(say, 'a later backup, without load, to compare with', () => assay(['backup', later]))
    say('the server is lost: PostgreSQL and all processes end')
    await fleet.stop()
    await owner.close()
    await postgres.stop()
    const begun = performance.now()
    const other = await startEmbeddedPostgres({ directory: join(folder, 'other-postgres') })
    try {
      say('another PostgreSQL starts, empty')
      await timedSay(say, 'the restore', () => assay(['restore', later], { databaseUrl: other.url }))
      const restored = openOwnerDatabase({ url: other.url, applicationName: 'assay-drill', maxConnections: 2 })
      try {
        const isSame = compare(before, await tableRows(restored.sql), say)
        const secrets = join(folder, 'other-secrets')
        await mkdir(secrets)
        const again = await startFleet({ ownerUrl: other.url, folder: secrets, deployment: one })
        try {
          await tenant.moveTo(Number(new URL(again.gateways[0] ?? '').port), restored)
          say(`a client reads and mines with the credentials from before, ${seconds(begun)} s after the loss`)
          await tenant.importAgain()
          say('it loads and mines again')
          say(`${await entriesOf(restored.sql)} entries of the ledger; doctor on the new server:`)
          await assay(['doctor', '--url', again.gateways[0] ?? ''], { databaseUrl: other.url })
        } finally {
          await again.stop()
        }
        return isSame
      } finally {
        await restored.close()
      }
    } finally {
      await other.stop()
    }
  },
}

/** Tables with rows that `migrate` makes in a new database or that processes write for themselves. */
const ownOfDatabase = new Set([
  'schema_migrations',
  'write_checks',
  'pgboss.version',
  'pgboss.queue_stats',
  'pgboss.bam',
  'pgboss.warning',
])

function compare(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  say: (text: string) => void,
): boolean {
  const names = [...before.keys()].filter((name) => !ownOfDatabase.has(name))
  const others = names.filter((name) => before.get(name) !== after.get(name))
  const rows = names.reduce((sum, name) => sum + (after.get(name) ?? 0), 0)
  say(`${names.length - others.length} of ${names.length} tables have as many rows as before, ${rows} together`)
  for (const name of others) say(`${name}: ${before.get(name)} before, ${after.get(name)} now`)
  return others.length === 0
}

async function timedSay(say: (text: string) => void, what: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now()
  await work()
  say(`${what} took ${seconds(start)} s`)
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1)
}

async function entriesOf(sql: Sql): Promise<number> {
  const { count } = (await sql<{ count: number }[]>`select count(*) as count from ledger_entries`)[0]!
  return count
}
