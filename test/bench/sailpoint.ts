import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { download, loadHttp, requestBytes } from './support/http-load.ts'
import { MemoryWatch } from './support/memory-watch.ts'
import { writePlantedFiles } from './support/planted-files.ts'
import { type SailpointCalls, sailpointCalls } from './support/sailpoint-calls.ts'
import { recoveryThroughCalls } from './support/sailpoint-recovery.ts'

const sizes = {
  small: { identities: 5_000, rounds: 2, loadMs: 500, seeds: [1], sample: 1_000 },
  full: { identities: 100_000, rounds: 3, loadMs: 5_000, seeds: [1, 2, 3, 4, 5], sample: 2_000 },
}
type Size = (typeof sizes)['full']

const clients = 32
const miningService = 'mining/src/main.ts'
const sessionService = 'iai-sessions/src/main.ts'
const exported = { entitlements: 500 }

export const bench: Bench = {
  about: "SailPoint's role mining sessions through the gateway, from the session to the export",
  async run({ scale, say }) {
    const size = sizes[scale]
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, size)
      const loadMs = await timed(() => platform.load(platform.folder))
      say(`import and everything that follows: ${(loadMs / 1000).toFixed(1)} s`)
      // Statistics as in a database that has run for a while; otherwise PostgreSQL collects them only after up to a minute.
      await platform.owner.sql`vacuum analyze`
      const calls = await sailpointCalls(platform)
      const { sessionId, measures } = await sessions(calls, size, say)
      const reads = await readMeasures(platform, calls, sessionId, size, say)
      const exports = await exportMeasures(platform, calls, sessionId, say)
      // The sample organisation replaces the large one.
      await rm(join(platform.folder, 'grants.csv'))
      return [...measures, ...reads, ...exports, ...(await recovery(platform, calls, size, say))]
    })
  },
}

async function sessions(calls: SailpointCalls, { identities, rounds }: Size, say: (text: string) => void) {
  const watch = new MemoryWatch([miningService, sessionService])
  const whole: number[] = []
  const some: number[] = []
  let sessionId = ''
  for (let round = 0; round < rounds; round++) {
    const all = await calls.session({ name: `Everybody ${round}` })
    const division = await calls.session({ scope: { criteria: `attributes.division:"Division ${round}"` } })
    say(
      `everybody: ${all.seconds.toFixed(1)} s, ${all.session.potentialRoleCount} roles; ${division.session.identityCount} people: ${division.seconds.toFixed(2)} s`,
    )
    whole.push(all.seconds)
    some.push(division.seconds)
    sessionId = all.session.id
  }
  const peakMb = await watch.stop()
  const measures: Measure[] = [
    {
      measure: `session over ${identities} identities, created to POTENTIAL_ROLES_CREATED, longest`,
      value: Math.max(...whole),
      unit: 's',
      goal: { atMost: 15 },
    },
    {
      measure: 'memory of the mining service meanwhile',
      value: peakMb(miningService),
      unit: 'MB',
      goal: { atMost: 1500 },
    },
    { measure: 'memory of the session service meanwhile', value: peakMb(sessionService), unit: 'MB' },
    {
      measure: `session over ${identities / 20} identities by criteria, longest`,
      value: Math.max(...some),
      unit: 's',
      goal: { atMost: 2 },
    },
  ]
  return { sessionId, measures }
}

/** Measures every list and every get call separately, with this number of clients. */
async function readMeasures(
  { port }: BenchPlatform,
  calls: SailpointCalls,
  sessionId: string,
  { loadMs }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const S = `/role-mining-sessions/${sessionId}`
  const summaries = await calls.all<{ id: string; identityCount: number }>(`${S}/potential-role-summaries`)
  // The role with the median number of identities.
  const role = summaries.toSorted((a, b) => a.identityCount - b.identityCount)[summaries.length >> 1]
  if (role === undefined) throw new Error('the session has no potential roles')
  const P = `${S}/potential-roles/${role.id}`
  await calls.ask('PATCH', `/role-mining-potential-roles/${role.id}`, [{ op: 'replace', path: '/saved', value: true }])
  const [held] = await calls.ask<{ sourceId: string }[]>('GET', `${P}/entitlement-popularities`)
  const { exportId } = await calls.ask<{ exportId: string }>('POST', `${P}/export-async`, {})
  const paths = {
    sessions: '/role-mining-sessions',
    'one session': S,
    'its status': `${S}/status`,
    'roles of a session': `${S}/potential-role-summaries?limit=50`,
    'roles of a session, filtered': `${S}/potential-role-summaries?limit=50&filters=${encodeURIComponent('quality ge 80 and name sw "Potential"')}`,
    'one role by its id alone': `/role-mining-potential-roles/${role.id}`,
    'one role': `${S}/potential-role-summaries/${role.id}`,
    applications: `${S}/potential-role-summaries/${role.id}/applications`,
    entitlements: `${S}/potential-role-summaries/${role.id}/entitlements`,
    popularities: `${P}/entitlement-popularities`,
    distribution: `${P}/entitlement-popularity-distribution`,
    'excluded entitlements': `${P}/excluded-entitlements`,
    'status of an export': `${P}/export-async/${exportId}`,
    identities: `${P}/identities?limit=50`,
    'all roles': '/role-mining-potential-roles?limit=50',
    'all roles, sorted by quality': '/role-mining-potential-roles?limit=50&sorters=-quality',
    'saved roles': '/role-mining-potential-roles/saved',
    'usage of a source': `/role-mining-potential-roles/${role.id}/sources/${held?.sourceId}/identityUsage?limit=50`,
  }
  say(`reads of a role with ${role.identityCount} identities, of ${summaries.length}`)
  const measures: Measure[] = []
  for (const [name, path] of Object.entries(paths)) {
    const request = requestBytes('GET', `/beta${path}`, { Authorization: `Bearer ${calls.token}` })
    await loadHttp(port, request, { connections: clients, ms: loadMs / 4 })
    const { p99Ms, medianMs, perSecond } = await loadHttp(port, request, { connections: clients, ms: loadMs })
    say(`${name}: ${perSecond.toFixed(0)} a second, median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`)
    measures.push({ measure: `${name}, ${clients} clients, p99`, value: p99Ms, unit: 'ms', goal: { atMost: 50 } })
  }
  return measures
}

/**
 * Measures exports of a role of everybody with this number of entitlements. It is written into the tables, because no mining would find it.
 */
async function exportMeasures(
  { port, owner: { sql }, tenantId }: BenchPlatform,
  calls: SailpointCalls,
  sessionId: string,
  say: (text: string) => void,
): Promise<Measure[]> {
  const [{ id, identities }] = await sql<[{ id: string; identities: number }]>`
    with most as (
      select entitlement_key, count(*)::integer as holders from grants where tenant_id = ${tenantId}
      group by entitlement_key order by holders desc, entitlement_key limit ${exported.entitlements}
    )
    insert into potential_roles (tenant_id, id, session_id, calculation, identity_keys, entitlement_keys, granted_counts,
      organisation_counts, organisation_size, identity_count, entitlement_count, density, freshness, quality,
      identity_distribution)
    select ${tenantId}, gen_random_uuid(), ${sessionId}, 1, everybody.keys, held.keys, held.counts, held.counts,
      cardinality(everybody.keys), cardinality(everybody.keys), cardinality(held.keys), 50, 100, 75, '[]'
    from (select array_agg(key order by name_order, id) as keys from identities where tenant_id = ${tenantId}) everybody,
      (select array_agg(entitlement_key order by holders desc) as keys, array_agg(holders order by holders desc) as counts
       from most) held
    returning id, identity_count as identities`
  const role = `/role-mining-sessions/${sessionId}/potential-roles/${id}`
  const megabytesOf = async (path: string) => {
    const { bytes } = await download(port, `/beta${path}`, { Authorization: `Bearer ${calls.token}` })
    return bytes / 2 ** 20
  }
  /** Measures an export by a job, with the entitlements that at least half of the identities hold, as a user would choose them. */
  const popular = async () => {
    const body = { minEntitlementPopularity: 50, includeCommonAccess: true }
    const { exportId } = await calls.ask<{ exportId: string }>('POST', `${role}/export-async`, body)
    for (;;) {
      const { status } = await calls.ask<{ status: string }>('GET', `${role}/export-async/${exportId}`)
      if (status === 'SUCCESS') return megabytesOf(`${role}/export-async/${exportId}/download`)
      if (status === 'ERROR') throw new Error('the export failed')
      await sleep(20)
    }
  }
  const quiet = new MemoryWatch([sessionService])
  const before = (await quiet.stop())(sessionService)
  const watch = new MemoryWatch([sessionService])
  const of = `export of a role with ${identities} identities and ${exported.entitlements} entitlements`
  const measures: Measure[] = []
  for (const [name, work, rounds] of [
    [`${of}, those that half of them hold`, popular, 3],
    [`${of}, all, with every gain of everybody`, () => megabytesOf(`${role}/export`), 3],
  ] as const) {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      let megabytes = 0
      times.push(
        await timed(async () => {
          megabytes = await work()
        }),
      )
      say(`${name}: ${(times.at(-1) ?? 0).toFixed(0)} ms, ${megabytes.toFixed(1)} MB`)
    }
    measures.push({ measure: name, value: median(times) / 1000, unit: 's', goal: { atMost: 5 } })
  }
  const grown = (await watch.stop())(sessionService) - before
  return [
    ...measures,
    { measure: 'memory that the session service gained meanwhile', value: grown, unit: 'MB', goal: { atMost: 100 } },
  ]
}

async function recovery(
  platform: BenchPlatform,
  calls: SailpointCalls,
  { seeds, sample }: Size,
  say: (text: string) => void,
) {
  const measures: Measure[] = []
  for (const seed of seeds) {
    const found = await recoveryThroughCalls(platform, calls, seed, sample)
    const { recall, plantedCount, plantedQuality, otherQuality, unplantedQuality } = found
    say(
      `seed ${seed}: ${(100 * recall).toFixed(1)} % of ${plantedCount} planted roles; median quality ${plantedQuality} of those still to be made, ${otherQuality} of the rest, ${unplantedQuality} of the rest that nobody planted`,
    )
    measures.push(
      {
        measure: `planted roles found, of those with a rule and at least 20 identities, seed ${seed}`,
        value: 100 * recall,
        unit: '%',
        goal: { atLeast: 80 },
      },
      {
        measure: `median quality of planted roles above that of the rest, 20 that exist as profiles among it, seed ${seed}`,
        value: plantedQuality - otherQuality,
        unit: 'points',
        goal: { atLeast: 1 },
      },
      {
        measure: `median quality of planted roles above that of roles that nobody planted, seed ${seed}`,
        value: plantedQuality - unplantedQuality,
        unit: 'points',
      },
    )
  }
  return measures
}
