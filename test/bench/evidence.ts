import { type Bench, timed } from './support/bench.ts'
import { withBenchPlatform } from './support/bench-platform.ts'
import { impactMeasures } from './support/impact-calls.ts'
import { insightMeasures } from './support/insight-calls.ts'
import { benchMiningUnderPolicies } from './support/mining-under-policies.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const sizes = {
  small: { identities: 5_000, loadMs: 1_000 },
  full: { identities: 100_000, loadMs: 8_000 },
}

export const bench: Bench = {
  about:
    'what people need besides roles: mining under policies, impact of candidates, drift of profiles, who holds what and why, what stays over, through the gateway',
  async run({ scale, say }) {
    const size = sizes[scale]
    const policies = benchMiningUnderPolicies({ scale, say })
    return withBenchPlatform(async (platform) => {
      await writePlantedFiles(platform.folder, size)
      const loadMs = await timed(() => platform.load(platform.folder))
      say(`import and everything that follows: ${(loadMs / 1000).toFixed(1)} s`)
      // Statistics as in a database that has run for a while; otherwise PostgreSQL collects them only after up to a minute.
      await platform.owner.sql`vacuum analyze`
      return [
        ...policies,
        ...(await impactMeasures(platform, size, say)),
        ...(await insightMeasures(platform, size, say)),
      ]
    })
  },
}
