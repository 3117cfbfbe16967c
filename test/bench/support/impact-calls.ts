import { randomUUID } from 'node:crypto'
import { ProfileDriftService } from '@assay/contracts'
import { createClient } from '@connectrpc/connect'
import { type Measure, median } from './bench.ts'
import type { BenchPlatform } from './bench-platform.ts'
import { loadHttp, requestBytes } from './http-load.ts'

interface ImpactSize {
  readonly identities: number
  /** The duration of each phase of load. */
  readonly loadMs: number
}

const clients = 8
const applications = 200
const id = (letter: string, number: number) => letter + String(number).padStart(6, '0')
/** Entitlements of the planted files by number. */
const named = (numbers: readonly number[]) =>
  numbers.map((number) => ({ applicationId: id('a', number % applications), entitlementId: id('e', number) }))

/**
 * The first twenty entitlements of each department of a division. People of the division hold a fifth of them, and hardly any other people
 * hold some.
 */
const ofDivision = (division: number) =>
  Array.from({ length: 100 }, (_, i) => 20 + (division * 5 + Math.floor(i / 20)) * 40 + (i % 20))
/** The entitlements that everybody has, and most of those of the first division. */
const withCommon = Array.from({ length: 100 }, (_, number) => number)

function candidateOf(division: number, numbers: readonly number[]) {
  const filters = [{ attribute: 'division', values: [`Division ${division}`] }]
  return { adHoc: { entitlements: named(numbers), rule: { filters: { filters } } } }
}

/** Measures impact through REST, and drift, for a twentieth of all people and a hundred entitlements. */
export async function impactMeasures(
  platform: BenchPlatform,
  { identities, loadMs }: ImpactSize,
  say: (text: string) => void,
): Promise<Measure[]> {
  await makeProfiles(platform)
  const fields = { Authorization: `Bearer ${platform.token}` }
  const ask = (path: string, body: unknown) => requestBytes('POST', `/impacts/v1/impacts:${path}`, fields, body)
  const measure = (request: Buffer, connections: number, ms = loadMs) =>
    loadHttp(platform.port, request, { connections, ms })
  const compute = (mode: string, numbers: readonly number[]) =>
    ask('compute', { candidate: candidateOf(0, numbers), settings: { mode: `IMPACT_MODE_${mode}` } })
  const add = compute('ADD', ofDivision(0))
  const replace = compute('REPLACE', ofDivision(0))
  const about = `impact of ${(identities / 20).toLocaleString('en')} people x 100 entitlements`
  const first = await measure(add, 1, 1)
  say(`first answer after the import: ${first.medianMs.toFixed(0)} ms`)
  await measure(replace, 2, loadMs / 4)
  const alone = { add: await measure(add, 1), replace: await measure(replace, 1) }
  const together = { add: await measure(add, clients), replace: await measure(replace, clients) }
  const common = await measure(compute('REPLACE', withCommon), 1, loadMs / 2)
  const candidates = Array.from({ length: 100 }, (_, i) =>
    candidateOf(i % 20, ofDivision((i + Math.floor(i / 20)) % 20)),
  )
  const batch = async (mode: string) =>
    measure(ask('batchCompute', { candidates, settings: { mode: `IMPACT_MODE_${mode}` } }), 1, loadMs)
  const batches = { add: await batch('ADD'), replace: await batch('REPLACE') }
  return [
    ...(await driftMeasures(platform)),
    { measure: `${about}, add, p50`, value: alone.add.medianMs, unit: 'ms', goal: { atMost: 25 } },
    { measure: `${about}, replace, p50`, value: alone.replace.medianMs, unit: 'ms', goal: { atMost: 50 } },
    { measure: `${about}, add, ${clients} clients, p99`, value: together.add.p99Ms, unit: 'ms', goal: { atMost: 150 } },
    {
      measure: `${about}, replace, ${clients} clients, p99`,
      value: together.replace.p99Ms,
      unit: 'ms',
      goal: { atMost: 150 },
    },
    { measure: `${about}, replace, with common access, p50`, value: common.medianMs, unit: 'ms' },
    {
      measure: 'totals of 100 candidates in one call, add',
      value: batches.add.medianMs,
      unit: 'ms',
      goal: { atMost: 500 },
    },
    {
      measure: 'totals of 100 candidates in one call, replace',
      value: batches.replace.medianMs,
      unit: 'ms',
      goal: { atMost: 500 },
    },
  ]
}

/**
 * Makes access profiles for 100 departments and 400 titles, with the entitlements that their people share and all of these people as
 * members.
 */
async function makeProfiles({ owner: { sql }, tenantId }: BenchPlatform): Promise<void> {
  const ofDepartments = Array.from({ length: 100 }, (_, i) => ({
    name: `Department ${i}`,
    entitlements: Array.from({ length: 40 }, (_, n) => id('e', 20 + i * 40 + n)),
  }))
  const ofTitles = Array.from({ length: 400 }, (_, i) => ({
    name: `Title ${i}`,
    entitlements: Array.from({ length: 8 }, (_, n) => id('e', 4020 + i * 8 + n)),
  }))
  for (const { name, entitlements } of [...ofDepartments, ...ofTitles]) {
    const profile = randomUUID()
    await sql.begin(async (scoped) => {
      await scoped`
        insert into access_profiles (tenant_id, id, display_name, created_by, name_order)
        values (${tenantId}, ${profile}, ${name}, 'bench', ${name.toLowerCase()})`
      await scoped`
        insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key)
        select ${tenantId}, ${profile}, key from entitlements where tenant_id = ${tenantId} and id = any(${entitlements}::text[])`
      await scoped`
        insert into access_profile_members (tenant_id, profile_id, identity_key)
        select ${tenantId}, ${profile}, key from identities
        where tenant_id = ${tenantId} and (department = ${name} or job_title = ${name})`
    })
  }
}

/** All profiles, page by page. */
async function driftMeasures({ transport }: BenchPlatform): Promise<Measure[]> {
  const client = createClient(ProfileDriftService, transport)
  const times: number[] = []
  let count = 0
  for (let round = 0; round < 3; round++) {
    count = 0
    const start = performance.now()
    for (let pageToken = ''; ; ) {
      const page = await client.listProfileDrift({ pageSize: 100, pageToken })
      count += page.profiles.length
      if (page.nextPageToken === '') break
      pageToken = page.nextPageToken
    }
    times.push((performance.now() - start) / 1000)
  }
  return [{ measure: `drift of ${count} access profiles`, value: median(times), unit: 's', goal: { atMost: 5 } }]
}
