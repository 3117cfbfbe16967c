import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type BenchPlatform, withBenchPlatform } from '../../bench/support/bench-platform.ts'
import { writePlantedFiles } from '../../bench/support/planted-files.ts'
import { rest } from '../../platform/platform.ts'
import { prometheusProgram, type RunningPrometheus, startPrometheus } from '../../platform/prometheus.ts'
import { type DrawnPanel, dashboardPicture, type Line } from './dashboard-picture.ts'
import { type Panel, readPanels } from './panels.ts'

// Runs a platform under some load, has Prometheus scrape it by the file of deploy/prometheus, runs the query of every panel of the
// dashboard, and draws the picture from the answers. A panel without data ends it with status 1.
//
//   npm run dashboard                      writes docs/pictures/dashboard.svg
//   npm run dashboard -- --seconds 120     with a longer load
//   npm run dashboard -- --out FILE.svg

const { values: given } = parseArgs({
  options: {
    seconds: { type: 'string', default: '40' },
    out: { type: 'string', default: join(import.meta.dirname, '../../../docs/pictures/dashboard.svg') },
  },
})

if (prometheusProgram === undefined) {
  console.log('Skipped: prometheus is not installed')
  process.exit(0)
}

// Some of the calls are refused, for example those of a client over its limit.
process.env.ASSAY_SAILPOINT_RATE_LIMIT = '20'
await withBenchPlatform(
  async (platform) => {
    const prometheus = await startPrometheus({
      folder: join(platform.folder, '../prometheus'),
      targets: platform.metrics,
      everySeconds: 1,
    })
    try {
      const from = new Date()
      await load(platform, Number(given.seconds) * 1000)
      const drawn = await askAll(prometheus, readPanels(), from)
      const alerts = await prometheus.alerts()
      const title = `Assay: ${given.seconds} seconds of load, asked of Prometheus`
      writeFileSync(given.out, dashboardPicture(title, drawn))
      console.log(`${given.out} is drawn; alerts: ${alerts.map(({ name }) => name).join(', ') || 'none'}`)
    } finally {
      await prometheus.stop()
    }
  },
  { showsMetrics: true },
)

/** Loads, analyses, sessions and reads, some of them refused, so that every panel has data. */
async function load(platform: BenchPlatform, ms: number): Promise<void> {
  const { port, token, folder } = platform
  const baseUrl = `http://127.0.0.1:${port}`
  const call = (what: string, body?: unknown, by: string | undefined = token) =>
    rest(baseUrl, by, what, body).catch(() => undefined)
  await writePlantedFiles(folder, { identities: 3_000 })
  const end = performance.now() + ms
  await platform.load(folder)
  const reading = async () => {
    while (performance.now() < end) {
      await call('GET /api/v1/role-mining/suggestions')
      await call('POST /api/v1/search/users', { query: 'person', pageSize: 50 })
      await call('GET /directory/v1/identities?page_size=50')
      await call('GET /v2025/identities?limit=50')
      await call('GET /directory/v1/identities/nobody')
      await sleep(20)
    }
  }
  const working = async () => {
    while (performance.now() < end) {
      await call('POST /api/v1/role-mining/trigger', {})
      for (let i = 0; i < 5; i++) {
        await call('POST /api/v1/role-mining/custom-analysis/trigger', {
          profileFilters: [{ attribute: 'division', values: [`Division ${i}`] }],
        })
      }
      await call('GET /directory/v1/identities', undefined, 'no-token')
      await platform.idle()
    }
  }
  await Promise.all([reading(), reading(), reading(), working()])
}

async function askAll(prometheus: RunningPrometheus, panels: readonly Panel[], from: Date): Promise<DrawnPanel[]> {
  const to = new Date()
  const stepSeconds = Math.max(1, Math.round((to.getTime() - from.getTime()) / 1000 / 120))
  const empty: string[] = []
  const drawn: DrawnPanel[] = []
  for (const panel of panels) {
    const lines: Line[] = []
    for (const { expr, legendFormat } of panel.targets ?? []) {
      const query = expr.replaceAll('$__rate_interval', '10s')
      const found = await prometheus.queryRange(query, from, to, stepSeconds)
      const made = found.map(({ metric, values }) => ({
        name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
        points: values.filter(([, value]) => Number.isFinite(value)),
      }))
      const kept = made.filter(({ points }) => points.length > 0)
      if (kept.length === 0) empty.push(`${panel.title}: ${expr}`)
      lines.push(...kept)
    }
    if (panel.type !== 'row') console.log(`${panel.title}: ${lines.length} lines`)
    drawn.push({ panel, lines })
  }
  if (empty.length > 0) {
    console.error(`Without data:\n  ${empty.join('\n  ')}`)
    process.exitCode = 1
  }
  return drawn
}
