import { type Bench, type Measure, median } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { type BenchPlatform, withPlatformOn } from './support/bench-platform.ts'
import { type ColdPages, coldPages } from './support/cold-pages.ts'
import { writePlantedFiles } from './support/planted-files.ts'
import { processTimes, type Spender, spentBetween } from './support/process-times.ts'
import { sailpointCalls } from './support/sailpoint-calls.ts'

const sizes = {
  small: { identities: 10_000, rounds: 4 },
  full: { identities: 50_000, rounds: 7 },
}

/** Each cache, with the switch that turns it off and the process whose time it should save. */
const arms = {
  all: { environment: {}, saves: [] },
  'without cached answers': { environment: { ASSAY_ANSWER_CACHE_BYTES: '0' }, saves: ['gateway', 'services'] },
  'without stored plans': { environment: { ASSAY_DATABASE_PREPARE: 'false' }, saves: ['services', 'postgres'] },
} as const satisfies Record<string, { environment: Record<string, string>; saves: readonly Spender[] }>
type Arm = keyof typeof arms
const modes = ['cold', 'warm'] as const
type Mode = (typeof modes)[number]

/** The share of the pages that warms up the code. These pages are not requested again. */
const warmUpShare = 1 / 3
const warmPasses = 3
const warmUpPasses = 5

type Figures = Readonly<Record<Spender, number>>

export const bench: Bench = {
  about:
    'pages that nobody asked for before, and the same again, with each cache and without it: processor time of a call',
  async run({ scale, say, count }) {
    const { identities, rounds } = { ...sizes[scale], ...(count !== undefined && { rounds: count }) }
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchDatabase(async (database) => {
      const reads = await withPlatformOn(database, async (platform) => {
        await writePlantedFiles(platform.folder, { identities })
        await platform.load(platform.folder)
        const pages = await coldPages(platform)
        await platform.owner.sql`vacuum analyze`
        return pages
      })
      for (const { name, paths } of reads) say(`${name}: ${paths.length} calls`)
      const found = new Map<string, Figures[]>()
      const names = Object.keys(arms) as Arm[]
      for (let round = 0; round < rounds; round++) {
        for (const arm of round % 2 === 0 ? names : names.toReversed()) {
          await withEnvironment(arms[arm].environment, () =>
            withPlatformOn(database, async (platform) => {
              for (const read of reads) {
                for (const [mode, figures] of await measured(platform, database.folder, read)) {
                  const key = keyOf(read.name, mode, arm)
                  found.set(key, [...(found.get(key) ?? []), figures])
                  say(`${key}: ${wordsOf(figures)}`)
                }
              }
            }),
          )
        }
      }
      return reads.flatMap(({ name }) => modes.flatMap((mode) => measuresOf(name, mode, found)))
    })
  },
}

const keyOf = (name: string, mode: Mode, arm: Arm) => `${name}, ${mode}, ${arm}`

function wordsOf({ gateway, services, postgres }: Figures): string {
  return `gateway ${gateway.toFixed(0)}, services ${services.toFixed(0)}, PostgreSQL ${postgres.toFixed(0)} µs`
}

async function withEnvironment<T>(environment: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  Object.assign(process.env, environment)
  try {
    return await work()
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name]
  }
}

/** Microseconds of a call: for pages that were never requested before, and for the same pages afterwards. */
async function measured(platform: BenchPlatform, folder: string, read: ColdPages): Promise<readonly [Mode, Figures][]> {
  const token = read.token === 'sailpoint' ? (await sailpointCalls(platform)).token : platform.token
  const pass = async (paths: ColdPages['paths']) => {
    for (const { path, body } of paths) {
      const answer = await fetch(`http://127.0.0.1:${platform.port}${path}`, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`)
    }
  }
  const timed = async (calls: number, work: () => Promise<void>): Promise<Figures> => {
    const before = await processTimes(folder)
    await work()
    const spent = spentBetween(before, await processTimes(folder))
    const each = (spender: Spender) => (spent[spender] * 1000) / calls
    return { gateway: each('gateway'), services: each('services'), postgres: each('postgres') }
  }
  const warmUps = Math.floor(read.paths.length * warmUpShare)
  const pages = read.paths.slice(warmUps)
  for (let time = 0; time < warmUpPasses; time++) await pass(read.paths.slice(0, warmUps))
  const cold = await timed(pages.length, () => pass(pages))
  const warm = await timed(pages.length * warmPasses, async () => {
    for (let time = 0; time < warmPasses; time++) await pass(pages)
  })
  return [
    ['cold', cold],
    ['warm', warm],
  ]
}

function measuresOf(name: string, mode: Mode, found: ReadonlyMap<string, readonly Figures[]>): Measure[] {
  const of = (arm: Arm) => found.get(keyOf(name, mode, arm)) ?? []
  const all = of('all')
  const middle = (spender: Spender) => median(all.map((figures) => figures[spender]))
  const measures: Measure[] = [
    {
      measure: `${name}, ${mode}: gateway, services, PostgreSQL`,
      value: middle('gateway') + middle('services') + middle('postgres'),
      unit: 'µs',
    },
  ]
  for (const arm of Object.keys(arms) as Arm[]) {
    for (const spender of arms[arm].saves) {
      // A ratio for each round, because the speed of the machine may change within minutes.
      const ratios = of(arm).map((figures, round) => figures[spender] / (all[round]?.[spender] ?? Number.NaN))
      measures.push({ measure: `${name}, ${mode}, ${arm}: ${spender}, times with`, value: median(ratios), unit: 'x' })
    }
  }
  return measures
}
