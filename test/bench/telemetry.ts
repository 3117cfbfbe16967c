import { setInterval } from 'node:timers'
import { type Bench, median } from './support/bench.ts'
import { startBenchCollector } from './support/bench-collector.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { requestBytes } from './support/http-load.ts'
import { type Mix, saturate } from './support/open-loop.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 2_000, ms: 2_000, rounds: 3 },
  full: { identities: 30_000, ms: 10_000, rounds: 9 },
}
const clients = 8
/** A short interval of Prometheus. */
const scrapeMs = 5_000

/** A platform with some kinds of telemetry. */
interface Arm {
  readonly name: string
  readonly platform: BenchPlatform
  readonly mix: Mix
  readonly perSecond: number[]
  readonly p99Ms: number[]
}

export const bench: Bench = {
  about:
    'calls a second of a mix of reads and evaluations: without metrics and traces, with metrics and 1 % of the traces, and with all traces; the three run side by side and are loaded in turns',
  async run({ scale, say, count }) {
    const size = { ...sizes[scale], ...(count !== undefined && { rounds: count }) }
    const collector = await startBenchCollector()
    const tracing = (ratio: string) => ({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: ratio,
    })
    try {
      return await withArm('off', {}, size, (off) =>
        withArm('one of a hundred', tracing('0.01'), size, (some) =>
          withArm('all', tracing('1'), size, async (all) => {
            await compare([off, some, all], size, say)
            return [
              { measure: 'calls without metrics and traces', value: median(off.perSecond), unit: '1/s' },
              {
                measure: 'with metrics and 1 % of the traces, of those without',
                value: ratioOf(some, off),
                unit: 'x',
                goal: { atLeast: 0.97 },
              },
              { measure: 'with metrics and all traces, of those without', value: ratioOf(all, off), unit: 'x' },
              { measure: 'p99 without', value: median(off.p99Ms), unit: 'ms' },
              { measure: 'p99 with 1 % of the traces', value: median(some.p99Ms), unit: 'ms' },
              { measure: 'p99 with all traces', value: median(all.p99Ms), unit: 'ms' },
            ]
          }),
        ),
      )
    } finally {
      await collector.close()
    }
  },
}

/** Each round loads each platform once. The order changes, because the speed of the machine may change within minutes. */
async function compare(arms: readonly Arm[], { ms, rounds }: (typeof sizes)['full'], say: (text: string) => void) {
  for (const { platform, mix } of arms) await saturate(platform.port, mix, clients, ms / 2)
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < arms.length; turn++) {
      const arm = arms[(turn + round) % arms.length]
      if (arm === undefined) continue
      const { perSecond, p99Ms, resets, others } = await saturate(arm.platform.port, arm.mix, clients, ms)
      if (resets > 0 || others.size > 0) throw new Error(`${arm.name}: calls failed: ${JSON.stringify([...others])}`)
      arm.perSecond.push(perSecond)
      arm.p99Ms.push(p99Ms)
    }
    say(
      `round ${round + 1}: ${arms.map(({ name, perSecond }) => `${name} ${perSecond.at(-1)?.toFixed(0)}`).join(', ')} a second`,
    )
  }
}

/** The median of the ratios of single rounds. */
function ratioOf(arm: Arm, base: Arm): number {
  return median(arm.perSecond.map((value, round) => value / (base.perSecond[round] ?? Number.NaN)))
}

async function withArm<T>(
  name: string,
  environment: Readonly<Record<string, string>>,
  { identities }: (typeof sizes)['full'],
  work: (arm: Arm) => Promise<T>,
): Promise<T> {
  const isOn = Object.keys(environment).length > 0
  Object.assign(process.env, environment)
  return withBenchPlatform(
    async (platform) => {
      // The processes read the variables at their start; the next processes have others.
      for (const variable of Object.keys(environment)) delete process.env[variable]
      await writePlantedFiles(platform.folder, { identities })
      await platform.load(platform.folder)
      await platform.owner.sql`vacuum analyze`
      const scrapes = setInterval(() => {
        for (const { metricsUrl } of platform.metrics) void fetch(metricsUrl).then((answer) => answer.arrayBuffer())
      }, scrapeMs)
      try {
        return await work({ name, platform, mix: mixOf(platform.token), perSecond: [], p99Ms: [] })
      } finally {
        clearInterval(scrapes)
      }
    },
    { showsMetrics: isOn },
  )
}

function mixOf(token: string): Mix {
  const fields = { Authorization: `Bearer ${token}` }
  const base = '/api/v1/role-mining'
  const calls = [
    requestBytes('GET', `${base}/suggestions`, fields),
    requestBytes('GET', `${base}/runs`, fields),
    requestBytes('POST', '/api/v1/search/users', fields, { query: 'person', pageSize: 100 }),
    requestBytes('GET', '/directory/v1/identities?page_size=50', fields),
    requestBytes('GET', '/directory/v1/applications?page_size=50', fields),
  ]
  const [first = Buffer.alloc(0)] = calls
  return (random) => calls[Math.floor(random * calls.length)] ?? first
}
