import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPorts } from '@assay/server'
import { createTestDatabase } from '@assay/store/testing'
import { expect, test } from 'vitest'
import { allGone } from './assay-command.ts'
import { runningProcesses } from './processes.ts'

/** Checks that each process of a started platform shows its metrics at the printed address. */
async function metricsAreShown(said: string, port: number | undefined): Promise<void> {
  expect(said).toContain(`Assay is ready at http://127.0.0.1:${port}\n`)
  await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).text()
  await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: 'POST', body: 'grant_type=client_credentials' })
  await fetch(`http://127.0.0.1:${port}/api/v1/catalogs`)
  const urls = Object.fromEntries(
    [...said.matchAll(/(http:\S+\/metrics) \(([a-z-]+)\)/g)].map(([, url = '', name = '']) => [name, url] as const),
  )
  expect(Object.keys(urls)).toEqual(['mining', 'mining-worker', 'iai-sessions', 'gateway'])
  for (const [name, url] of Object.entries(urls)) {
    // A call is counted when its response is gone, and queues when there is time: a busy machine does both later.
    const missing = async () => {
      const page = await (await fetch(url)).text()
      return metricsOf(name).filter((line) => !line.test(page))
    }
    await expect.poll(missing, { message: name }).toEqual([])
  }
}

/** The lines that the metrics of a process must have. */
function metricsOf(name: string): RegExp[] {
  const pool = name === 'mining-worker' ? 'jobs' : 'calls'
  const always = [
    new RegExp(`^assay_pool_waiting\\{pool="${pool}"\\} 0$`, 'm'),
    /^nodejs_eventloop_lag_p99_seconds [\d.e+-]+$/m,
  ]
  if (name === 'gateway')
    return [
      ...always,
      /^assay_calls_total\{method="\/openapi\.json",dialect="platform",code="ok"\} 1$/m,
      /^assay_calls_total\{method="\/oauth\/token",dialect="platform",code="invalid_argument"\} 1$/m,
      /^assay_refused_total\{reason="token"\} 1$/m,
      /^assay_calls_total\{method="c1\.[\w.]+\/\w+",dialect="conductorone",code="unauthenticated"\} 1$/m,
    ]
  const queues = [
    /^assay_queue_jobs\{kind="[\w-]+",state="waiting"\} 0$/m,
    /^assay_queue_oldest_waiting_seconds\{kind="[\w-]+"\} 0$/m,
  ]
  if (name !== 'mining') return [...always, ...queues]
  const caches = ['suggestions', 'users', 'matrices'].map(
    (cache) => new RegExp(`^assay_answer_cache_bytes\\{cache="${cache}"\\} \\d+$`, 'm'),
  )
  return [...always, ...queues, ...caches, /^assay_snapshot_cache_entries 0$/m]
}

const root = join(import.meta.dirname, '../..')

test.skipIf(process.platform === 'win32')(
  'a signal to "npm start" ends the platform, and npm waits for that',
  async () => {
    const db = await createTestDatabase()
    const folder = await mkdtemp(join(tmpdir(), 'assay-npm-'))
    const [port] = await unusedPorts(1)
    const npm = spawn('npm', ['start'], {
      cwd: root,
      env: {
        ...process.env,
        DATABASE_URL: db.ownerUrl,
        ASSAY_DATA_DIRECTORY: folder,
        ASSAY_PORT: String(port),
        ASSAY_PROT: '1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let said = ''
      npm.stdout.on('data', (chunk) => (said += chunk))
      await expect.poll(() => said).toMatch(/^Metrics: .*\n/m)
      await metricsAreShown(said, port)
      expect(said.match(/^.*ASSAY_PROT.*$/gm)).toEqual([
        'ASSAY_PROT is set, and nothing reads it: see "assay config --explain"',
      ])
      const all = await runningProcesses()
      const started = all.filter(({ parent }) => parent === npm.pid)
      for (const one of started) started.push(...all.filter(({ parent }) => parent === one.pid))
      expect(started.length).toBeGreaterThanOrEqual(5)
      const ended = once(npm, 'exit')
      npm.kill('SIGTERM')
      await ended
      const left = new Set((await runningProcesses()).map(({ pid }) => pid))
      expect(started.filter(({ pid }) => left.has(pid))).toEqual([])
      await allGone(started)
    } finally {
      npm.kill('SIGTERM')
      await db.drop()
      await rm(folder, { recursive: true, force: true })
    }
  },
)
