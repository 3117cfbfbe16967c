import type { Bench, Measure } from './support/bench.ts'
import { timed } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { requestBytes } from './support/http-load.ts'
import { MemoryWatch } from './support/memory-watch.ts'
import { saturate } from './support/open-loop.ts'
import { writePlantedFiles } from './support/planted-files.ts'
import { sailpointCalls } from './support/sailpoint-calls.ts'

const people = { small: [1_000, 10_000], full: [1_000, 10_000, 100_000] }
/** The entry files of the processes, as their command lines contain them. */
const entries = {
  gateway: 'gateway/src/main.ts',
  mining: 'mining/src/main.ts',
  'mining-worker': 'mining/src/worker.ts',
  'iai-sessions': 'iai-sessions/src/main.ts',
}
const grantsEach = 100
const callsMs = 5_000

export const bench: Bench = {
  about:
    'what an organisation of 1,000, 10,000 (full: 100,000) people with a hundred grants each takes: database, memory, import, mining, processor time of a call',
  async run({ scale, say }) {
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    const measures: Measure[] = []
    for (const identities of people[scale]) {
      measures.push(
        ...(await withBenchPlatform((platform) => measure(platform, identities, say), { showsMetrics: true })),
      )
    }
    return measures
  },
}

async function measure(
  platform: BenchPlatform,
  identities: number,
  say: (text: string) => void,
): Promise<readonly Measure[]> {
  const { owner, port, token, folder, load, idle } = platform
  const size = async () => {
    const { bytes } = (
      await owner.sql<{ bytes: number }[]>`select pg_database_size(current_database())::float8 as bytes`
    )[0]!
    return bytes
  }
  const empty = await size()
  const before = await processorSeconds(platform)
  const watch = new MemoryWatch(Object.values(entries))
  await writePlantedFiles(folder, { identities })
  const importMs = await timed(() => load(folder))
  const importSeconds = (await processorSeconds(platform)) - before
  const fields = { Authorization: `Bearer ${token}` }
  const trigger = () =>
    fetch(`http://127.0.0.1:${port}/api/v1/role-mining/trigger`, {
      method: 'POST',
      headers: { authorization: fields.Authorization, 'content-type': 'application/json' },
      body: '{}',
    })
  const miningMs = await timed(async () => {
    await trigger()
    await idle()
  })
  const sailpoint = await sailpointCalls(platform)
  const { seconds } = await sailpoint.session({ name: 'Everybody' })
  await owner.sql`vacuum analyze`
  const stored = await size()
  const { snapshot } = (
    await owner.sql<{ snapshot: number }[]>`
    select coalesce(sum(octet_length(data)), 0)::float8 as snapshot from snapshot_chunks`
  )[0]!
  const lists = [
    requestBytes('GET', '/api/v1/role-mining/suggestions?page_size=25', fields),
    requestBytes('GET', '/directory/v1/identities/u000001/grants?page_size=25', fields),
    requestBytes('POST', '/api/v1/search/users', fields, { query: 'person', pageSize: 25 }),
  ]
  const mix = (random: number) => lists[Math.floor(random * lists.length)] as Buffer
  await saturate(port, mix, 8, callsMs / 4)
  const idleCalls = await processorSeconds(platform)
  const { succeeded } = await saturate(port, mix, 8, callsMs)
  const calls = (await processorSeconds(platform)) - idleCalls
  const peakMb = await watch.stop()
  say(`${identities} people: ${identities * grantsEach} grants, ${succeeded} calls`)
  const of = identities.toLocaleString('en')
  return [
    { measure: `${of} people: database, beyond an empty one`, value: (stored - empty) / 1e6, unit: 'MB' },
    {
      measure: `${of} people: bytes a grant in the database`,
      value: (stored - empty) / (identities * grantsEach),
      unit: 'B',
    },
    { measure: `${of} people: bytes a grant in a snapshot`, value: snapshot / (identities * grantsEach), unit: 'B' },
    { measure: `${of} people: import and all that follows`, value: importMs / 1000, unit: 's' },
    { measure: `${of} people: the same, processor time of the processes`, value: importSeconds, unit: 's' },
    { measure: `${of} people: mining of everybody`, value: miningMs / 1000, unit: 's' },
    { measure: `${of} people: session over everybody`, value: seconds, unit: 's' },
    {
      measure: `${of} people: processor time of a call, all processes but PostgreSQL`,
      value: (calls / succeeded) * 1000,
      unit: 'ms',
    },
    ...Object.entries(entries).map(([name, entry]) => ({
      measure: `${of} people: most memory of ${name}`,
      value: peakMb(entry),
      unit: 'MB',
    })),
  ]
}

/** Processor seconds of all processes of the platform since their start. */
async function processorSeconds({ metrics }: BenchPlatform): Promise<number> {
  const texts = await Promise.all(metrics.map(async ({ metricsUrl }) => (await fetch(metricsUrl)).text()))
  return texts.reduce((sum, text) => sum + Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1] ?? 0), 0)
}
