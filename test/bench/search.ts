import type { Sql } from '@assay/store'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { loadCalls, loadHttp, requestBytes } from './support/http-load.ts'
import { MemoryWatch } from './support/memory-watch.ts'
import { writePlantedFiles } from './support/planted-files.ts'
import { sailpointCalls } from './support/sailpoint-calls.ts'

const sizes = {
  small: { identities: 5_000, rounds: 2, loadMs: 500 },
  full: { identities: 100_000, rounds: 3, loadMs: 5_000 },
}
type Size = (typeof sizes)['full']

const clients = 32
const miningService = 'mining/src/main.ts'
/** The most documents of a search, and how many whole documents it writes at a time. */
const longestPage = 10_000
const piece = 250
const everybody = { indices: ['identities'], query: { query: '*' }, sort: ['id'] }

export const bench: Bench = {
  about: "SailPoint's search over identities, against the same page written by hand in SQL and JSON",
  async run({ scale, say }) {
    const size = sizes[scale]
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, size)
      const loadMs = await timed(() => platform.load(platform.folder))
      say(`import and everything that follows: ${(loadMs / 1000).toFixed(1)} s`)
      // Statistics as in a database that has run for a while; otherwise PostgreSQL collects them only after up to a minute.
      await platform.owner.sql`vacuum analyze`
      const { token } = await sailpointCalls(platform)
      return [
        ...(await flatPage(platform, token, size, say)),
        ...(await wholeDocuments(platform, token, size, say)),
        ...(await longPages(platform, token, size, say)),
      ]
    })
  },
}

/** Measures a page without nested documents with this number of clients, alternating with hand-written SQL. */
async function flatPage(
  { port, owner, tenantId }: BenchPlatform,
  token: string,
  { rounds, loadMs }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const includes = ['name', 'displayName', 'email', 'status', 'manager', 'isManager', 'attributes']
  const body = { ...everybody, includeNested: false, queryResultFilter: { includes } }
  const request = requestBytes('POST', `/v3/search?limit=${piece}`, { Authorization: `Bearer ${token}` }, body)
  const byHand = async () => JSON.stringify(await pageByHand(owner.sql, tenantId))
  const served: number[] = []
  const hand: number[] = []
  // The first round warms up both, so it does not count.
  for (let round = 0; round <= rounds; round++) {
    const ours = await loadHttp(port, request, { connections: clients, ms: loadMs })
    const theirs = await loadCalls(byHand, { connections: clients, ms: loadMs })
    say(`without nested documents: p99 ${ours.p99Ms.toFixed(1)} ms, by hand ${theirs.p99Ms.toFixed(1)} ms`)
    if (round === 0) continue
    served.push(ours.p99Ms)
    hand.push(theirs.p99Ms)
  }
  const name = `search of ${piece} identities without nested documents, ${clients} clients, p99`
  return [
    { measure: name, value: median(served), unit: 'ms' },
    {
      measure: `${name}, times the same by hand`,
      value: median(served) / median(hand),
      unit: 'x',
      goal: { atMost: 1.5 },
    },
  ]
}

function pageByHand(sql: Sql, tenantId: number) {
  return sql`
    select person.*, manager.id as manager_id, manager.display_name as manager_name, manager.username as manager_username,
      exists (select from identities report where report.tenant_id = ${tenantId} and report.manager_id = person.id
        and report.manager_id <> '' and report.status <> 'deleted') as is_manager
    from (
      select id, display_name as name, email, username, status, manager_id as led_by, attributes, department, job_title
      from identities where tenant_id = ${tenantId} and status <> 'deleted' order by id limit ${piece}
    ) person
    left join identities manager on manager.tenant_id = ${tenantId} and manager.id = person.led_by
    order by person.id`
}

/** Measures a page of whole identities, with accounts and access. */
async function wholeDocuments(
  { port }: BenchPlatform,
  token: string,
  { loadMs }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const path = `/v3/search?limit=${piece}`
  const request = requestBytes('POST', path, { Authorization: `Bearer ${token}` }, everybody)
  const measures: Measure[] = []
  for (const connections of [1, clients]) {
    await loadHttp(port, request, { connections, ms: loadMs / 2 })
    const { p99Ms, medianMs, perSecond } = await loadHttp(port, request, { connections, ms: 2 * loadMs })
    const name = `search of ${piece} whole identities, ${connections} ${connections === 1 ? 'client' : 'clients'}`
    say(`${name}: ${perSecond.toFixed(1)} a second, median ${medianMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`)
    measures.push({ measure: `${name}, p99`, value: p99Ms, unit: 'ms', goal: { atMost: 300 } })
  }
  return measures
}

/** Reads the longest pages one after another, and measures how much memory the service gains. */
async function longPages(
  { port, owner, tenantId }: BenchPlatform,
  token: string,
  { identities }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const limit = Math.min(longestPage, identities / 2)
  const ids = await owner.sql<{ id: string }[]>`
    select id from identities where tenant_id = ${tenantId} and status <> 'deleted' order by id`
  const page = async (after: string | undefined) => {
    const position = after === undefined ? {} : { searchAfter: [after] }
    const answer = await fetch(`http://127.0.0.1:${port}/v3/search?limit=${limit}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...everybody, ...position }),
    })
    if (!answer.ok || answer.body === null) throw new Error(`search: ${answer.status} ${await answer.text()}`)
    return documentsIn(answer.body)
  }
  const peakOf = async (work: () => Promise<unknown>) => {
    const watch = new MemoryWatch([miningService])
    await work()
    return (await watch.stop())(miningService)
  }
  const first = await peakOf(() => page(undefined))
  let found = 0
  let took = 0
  const later = await peakOf(async () => {
    for (let after: string | undefined; ; ) {
      let documents = 0
      const from = after
      took = Math.max(took, await timed(async () => (documents = await page(from))))
      found += documents
      if (documents < limit) return
      after = ids[found - 1]?.id
    }
  })
  if (found !== identities) throw new Error(`pages held ${found} of ${identities} identities`)
  say(`${found} identities by pages of ${limit}: the slowest took ${(took / 1000).toFixed(1)} s`)
  return [
    { measure: `a page of ${limit} whole identities, slowest`, value: took / 1000, unit: 's' },
    {
      measure: 'memory that the mining service gained by paging through all of them',
      value: later - first,
      unit: 'MB',
      goal: { atMost: 100 },
    },
  ]
}

/** Counts the documents of a response, which may be longer than a JavaScript string. */
async function documentsIn(body: ReadableStream<Uint8Array>): Promise<number> {
  const mark = '"_type":"identity"'
  let count = 0
  let rest = ''
  for await (const bytes of body) {
    const text = rest + Buffer.from(bytes).toString('latin1')
    count += text.split(mark).length - 1
    rest = text.slice(-(mark.length - 1))
  }
  return count
}
