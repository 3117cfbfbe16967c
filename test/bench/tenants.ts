import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { listIdentityGrants } from '@assay/directory'
import {
  createTenant,
  type Database,
  inTenant,
  openDatabase,
  openOwnerDatabase,
  type Sql,
  type TenantSql,
} from '@assay/store'
import { writeAccessFiles } from './support/access-files.ts'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { runImportHalf } from './support/import-halves.ts'

const sizes = {
  small: { tenants: [10, 100, 1_000], rounds: 10 },
  full: { tenants: [10, 100, 300, 1_000, 3_000], rounds: 20 },
}
const data = { identities: 1_000, entitlements: 500, applications: 20, grants: 30_000 }
/** The number of calls that a service answers at the same time. */
const atOnce = 10

/**
 * The grants of a tenant are a partition. A query names it by a subquery, so PostgreSQL opens and locks the partitions of all tenants,
 * and finds out which one it needs when it runs. That is what limits the tenants of one database.
 */
export const bench: Bench = {
  about:
    "one page of one person's grants, beside the partitions of more and more other tenants: time, locks, memory of a connection",
  async run({ scale, say }) {
    const { tenants, rounds } = sizes[scale]
    return withBenchDatabase(async ({ url, serviceUrl, folder }) => {
      const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 2 })
      try {
        const files = join(folder, 'files')
        await mkdir(files)
        await writeAccessFiles(files, data)
        const { tenantId } = await createTenant(owner.sql, 'the one that asks')
        const { id } = await runImportHalf('upload', serviceUrl, tenantId, files)
        await runImportHalf('commit', serviceUrl, tenantId, id)
        await owner.sql`vacuum analyze`
        const { locks } = (
          await owner.sql<{ locks: number }[]>`
          select current_setting('max_locks_per_transaction')::integer *
            (current_setting('max_connections')::integer + current_setting('max_prepared_transactions')::integer) as locks`
        )[0]!
        say(`PostgreSQL has room for ${locks} locks, and for some more where other memory is left`)
        const measures: Measure[] = []
        let made = 1
        for (const count of tenants) {
          await addPartitions(owner.sql, made, count)
          made = count
          const found = await measure(url, serviceUrl, tenantId, rounds)
          say(
            `${count} tenants: first ${found.firstMs.toFixed(0)} ms, then ${found.ms.toFixed(1)} ms, ${found.byValueMs.toFixed(1)} ms by value; ${found.locks} locks; ${found.megabytes.toFixed(1)} MB of a connection; ${found.failed} of ${atOnce} calls at once fail${found.why === '' ? '' : ` (${found.why})`}`,
          )
          measures.push(
            { measure: `${count} tenants: first call of a connection`, value: found.firstMs, unit: 'ms' },
            { measure: `${count} tenants: a later call, p50`, value: found.ms, unit: 'ms' },
            {
              measure: `${count} tenants: the same, the partition named by a value, p50`,
              value: found.byValueMs,
              unit: 'ms',
            },
            { measure: `${count} tenants: locks of the call`, value: found.locks, unit: 'locks' },
            { measure: `${count} tenants: memory of a connection that made it`, value: found.megabytes, unit: 'MB' },
            { measure: `${count} tenants: calls of ${atOnce} at once that fail`, value: found.failed, unit: 'calls' },
          )
        }
        return measures
      } finally {
        await owner.close()
      }
    })
  },
}

/**
 * Reads the import first, and then its grants by a constant, so the planner opens one partition. This shows what a change of the queries
 * could reach.
 */
async function grantsByValue(sql: TenantSql): Promise<void> {
  const [row] = await sql<{ id: number }[]>`select import_id as id from snapshots`
  await sql.unsafe(
    `select entitlement_key, granted_at from grants where import_id = ${row?.id ?? 0} and identity_key = 2 order by 1 limit 26`,
  )
}

/** Adds partitions like those of imports of other tenants, but without rows. */
async function addPartitions(sql: Sql, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    const name = `grants_${1_000_000 + number}`
    await sql.unsafe(
      `create table ${name} (like grants); create index on ${name} (identity_key); alter table grants attach partition ${name} for values in (${1_000_000 + number})`,
    )
  }
}

async function measure(ownerUrl: string, serviceUrl: string, tenantId: number, rounds: number) {
  const one = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-service', maxConnections: 1 })
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-bench', maxConnections: 1 })
  const many = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-service', maxConnections: atOnce })
  try {
    await one.sql`select 1`
    const call = (database: Database, then: (sql: TenantSql) => Promise<unknown> = async () => {}) =>
      inTenant(database.sql, tenantId, async (sql) => {
        await listIdentityGrants(sql, 'u000001', { size: 25, after: undefined })
        return await then(sql)
      })
    const firstMs = await timed(() => call(one))
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await timed(() => call(one)))
    const byValue: number[] = []
    for (let round = 0; round < rounds; round++) {
      byValue.push(await timed(() => inTenant(one.sql, tenantId, grantsByValue)))
    }
    let locks = 0
    await call(one, async (sql) => {
      const [row] = await sql<
        { count: number }[]
      >`select count(*)::integer as count from pg_locks where pid = pg_backend_pid()`
      locks = row?.count ?? 0
    })
    // Only an owner may make this call.
    for (let round = 0; round < 8; round++) await call(owner)
    const { bytes } = (
      await owner.sql<{ bytes: number }[]>`select sum(total_bytes)::float8 as bytes from pg_backend_memory_contexts`
    )[0]!
    const all = await Promise.allSettled(
      Array.from({ length: atOnce }, () => call(many, (sql) => sql`select pg_sleep(1)`)),
    )
    const failures = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
    return {
      firstMs,
      ms: median(times),
      locks,
      byValueMs: median(byValue),
      megabytes: bytes / 2 ** 20,
      failed: failures.length,
      why: failures[0]?.message ?? '',
    }
  } finally {
    await Promise.all([one.close(), owner.close(), many.close()])
  }
}
