import { setTimeout as sleep } from 'node:timers/promises'
import { commitImport, createImport, dropReplacedGrants, uploadImportFile } from '@assay/directory'
import { createTenant, inTenant, type Sql } from '@assay/store'
import { type Measure, timed } from './bench.ts'

const heldForMs = 10_000

/**
 * Measures how long others wait while a reader keeps `grants` open, imports of the same tenant commit, and the replaced grants wait to be
 * dropped.
 */
export async function readsBesideDrops(owner: Sql, service: Sql): Promise<readonly Measure[]> {
  const [importing, reading] = [
    (await createTenant(owner, 'importing')).tenantId,
    (await createTenant(owner, 'reading')).tenantId,
  ]
  for (const tenant of [importing, reading]) await importGrants(service, tenant)
  const before = await partitions(owner)
  let isOver = false
  const waits: number[] = []
  const reads = (async () => {
    while (!isOver) {
      waits.push(await timed(() => inTenant(service, reading, (sql) => sql`select count(*) from grants`)))
      await sleep(2)
    }
  })()
  const drops = (async () => {
    while (!isOver) {
      await dropReplacedGrants(service, importing).catch(() => {})
      await sleep(10)
    }
  })()
  const commits: number[] = []
  await owner.begin(async (sql) => {
    await sql`select from grants limit 1`
    const until = performance.now() + heldForMs
    while (performance.now() < until) commits.push(await timed(() => importGrants(service, importing)))
  })
  isOver = true
  await Promise.all([reads, drops])
  await dropReplacedGrants(service, importing)
  return [
    {
      measure: `longest of ${waits.length} reads of another tenant beside ${commits.length} imports and a reader of 10 s`,
      value: Math.max(...waits),
      unit: 'ms',
      goal: { atMost: 100 },
    },
    { measure: 'longest of these imports', value: Math.max(...commits), unit: 'ms' },
    {
      measure: 'partitions left of replaced grants, after that reader',
      value: (await partitions(owner)) - before,
      unit: 'tables',
      goal: { atMost: 0 },
    },
  ]
}

async function importGrants(sql: Sql, tenantId: number): Promise<void> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'bench', skipInvalid: false })
  const people = Array.from({ length: 1000 }, (_, i) => `p${i}`)
  await uploadImportFile(sql, tenantId, id, 'identities.csv', bytesOf('id', people))
  const grants = people.map((person, i) => `${person},e${i % 50}`)
  await uploadImportFile(sql, tenantId, id, 'grants.csv', bytesOf('identity_id,entitlement_id', grants))
  await commitImport(sql, tenantId, id)
}

async function* bytesOf(header: string, rows: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${[header, ...rows].join('\n')}\n`)
}

async function partitions(owner: Sql): Promise<number> {
  const [row] = await owner<{ count: number }[]>`
    select count(*)::int as count from pg_inherits where inhparent = 'grants'::regclass`
  return row?.count ?? 0
}
