import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Measure, median } from './support/bench.ts'
import { withBenchPlatform } from './support/bench-platform.ts'
import { holdConnections } from './support/holding-clients.ts'
import { loadHttp, requestBytes } from './support/http-load.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 5_000, loadMs: 1_000, rounds: 3, idleSockets: 500, settleMs: 5_000 },
  full: { identities: 20_000, loadMs: 5_000, rounds: 5, idleSockets: 5_000, settleMs: 15_000 },
}
const clients = 8
const held = { uploads: 12, readers: 12 }

export const bench: Bench = {
  about: 'reads of others while clients hold connections, uploads and downloads that they do not use, and without them',
  async run({ scale, say }) {
    const { identities, loadMs, rounds, idleSockets, settleMs } = sizes[scale]
    process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, { identities })
      await platform.load(platform.folder)
      await platform.owner.sql`vacuum analyze`
      const request = requestBytes('GET', '/directory/v1/identities?page_size=25', {
        Authorization: `Bearer ${platform.token}`,
      })
      const p99 = async () => (await loadHttp(platform.port, request, { connections: clients, ms: loadMs })).p99Ms
      const times = async (count: number) => {
        const measured: number[] = []
        for (let round = 0; round < count; round++) measured.push(await p99())
        return measured
      }
      await p99()
      const before = await times(rounds)
      const holders = await holdConnections(platform, { ...held, idleSockets })
      say(`held: ${JSON.stringify(holders.open())}`)
      // The downloads go on until the buffers of their connections are full.
      await sleep(settleMs)
      const beside = await times(rounds)
      say(`held: ${JSON.stringify(holders.open())}`)
      await holders.release()
      const alone = [...before, ...(await times(rounds))]
      say(`p99 alone ${shown(alone)} ms, beside them ${shown(beside)} ms`)
      const measures: Measure[] = [
        { measure: 'reads of others alone, p99', value: median(alone), unit: 'ms' },
        {
          measure: 'reads of others beside 12 uploads, 12 readers and idle sockets, p99',
          value: median(beside),
          unit: 'ms',
        },
        {
          measure: 'p99 beside them, times that alone',
          value: median(beside) / median(alone),
          unit: 'x',
          goal: { atMost: 1.2 },
        },
      ]
      return measures
    })
  },
}

function shown(times: readonly number[]): string {
  return times.map((ms) => ms.toFixed(1)).join(' ')
}
