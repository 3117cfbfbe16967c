import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { withBenchPlatform } from './support/bench-platform.ts'
import { loadCalls, loadHttp } from './support/http-load.ts'
import { neighbourReads } from './support/neighbour-reads.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 5_000, rounds: 2, loadMs: 500 },
  full: { identities: 100_000, rounds: 3, loadMs: 3_000 },
}

/** The largest ratio to hand-written SQL with `JSON.stringify` of its rows. */
const mostTimesBySql = 1.5

export const bench: Bench = {
  about: "pages of the calls around SailPoint's role mining, beside hand-written SQL",
  async run({ scale, say }) {
    const { rounds, loadMs, ...size } = sizes[scale]
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, size)
      say(`import: ${((await timed(() => platform.load(platform.folder))) / 1000).toFixed(1)} s`)
      await platform.owner.sql`vacuum analyze`
      const measures: Measure[] = []
      for (const { name, request, bySql } of await neighbourReads(platform)) {
        const served: number[] = []
        const written: number[] = []
        // The smallest number that keeps the compared server busy: it has ten connections to the database, as a service has.
        const load = { connections: 32, ms: loadMs }
        for (let round = 0; round < rounds; round++) {
          const one = await loadHttp(platform.port, request, load)
          const other = await loadCalls(async () => JSON.stringify(await bySql(platform.owner.sql)), load)
          say(
            `${name}: ${one.perSecond.toFixed(0)}/s, p99 ${one.p99Ms.toFixed(0)} ms; SQL ${other.perSecond.toFixed(0)}/s, p99 ${other.p99Ms.toFixed(0)} ms`,
          )
          served.push(one.p99Ms)
          written.push(other.p99Ms)
        }
        measures.push(
          { measure: `${name}, p99 of 32 clients`, value: median(served), unit: 'ms' },
          {
            measure: `${name}, p99 beside hand-written SQL`,
            value: median(served) / median(written),
            unit: 'times',
            goal: { atMost: mostTimesBySql },
          },
        )
      }
      return measures
    })
  },
}
