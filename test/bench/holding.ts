import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Measure, median } from './support/bench.ts'
import { withBenchPlatform } from './support/bench-platform.ts'
import { holdConnections } from './support/holding-clients.ts'
import { loadHttp, requestBytes } from './support/http-load.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 5_000, loadMs: 1_000, rounds: 3, idleSockets: 500 },
  full: { identities: 20_000, loadMs: 5_000, rounds: 5, idleSockets: 5_000 },
}
const clients = 8
const held = { uploads: 12, readers: 12 }

export const bench: Bench = {
  about: 'reads of others while clients hold connections, uploads and downloads that they do not use, and without them',
  async run({ scale, say }) {
    const { identities, loadMs, rounds, idleSockets } = sizes[scale]
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, { identities })
      await platform.load(platform.folder)
      await platform.owner.sql`vacuum analyze`
      const request = requestBytes('GET', '/directory/v1/identities?page_size=25', {
        Authorization: `Bearer ${platform.token}`,
      })
      const p99 = async () => (await loadHttp(platform.port, request, { connections: clients, ms: loadMs })).p99Ms
      await p99()
      const [alone, beside]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        alone.push(await p99())
        const holders = await holdConnections(platform, { ...held, idleSockets })
        // What they were given at first, such as the beginning of a download, has passed.
        await sleep(3_000)
        say(`held: ${JSON.stringify(holders.open())}`)
        beside.push(await p99())
        say(`p99 alone ${alone.at(-1)?.toFixed(1)} ms, beside them ${beside.at(-1)?.toFixed(1)} ms`)
        say(`held: ${JSON.stringify(holders.open())}`)
        await holders.release()
      }
      const ratios = beside.map((ms, round) => ms / alone[round])
      const measures: Measure[] = [
        { measure: 'reads of others alone, p99', value: median(alone), unit: 'ms' },
        {
          measure: 'reads of others beside 12 uploads, 12 readers and idle sockets, p99',
          value: median(beside),
          unit: 'ms',
        },
        { measure: 'p99 beside them, times that alone', value: median(ratios), unit: 'x', goal: { atMost: 1.2 } },
      ]
      return measures
    })
  },
}
