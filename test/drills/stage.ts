import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { unusedPorts } from '@assay/server'
import { type Database, openOwnerDatabase, startEmbeddedPostgres } from '@assay/store'
import type { Deployment } from '../../apps/assay/src/connections/connection-budget.ts'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import { type BenchTenant, makeBenchTenant } from '../bench/support/bench-tenant.ts'
import { type Fleet, startFleet } from '../platform/fleet.ts'
import { prometheusProgram, type RunningPrometheus, startPrometheus } from '../platform/prometheus.ts'
import { SteadyCalls } from './steady-calls.ts'

/** A drill: it stops a part, observes the effect, and starts the part again. */
export interface Drill {
  readonly deployment: Deployment
  /** @returns whether everything recovered. @param minutes how long the part stays stopped */
  play(stage: Stage, minutes: number): Promise<boolean>
}

/** A platform under load, and the tools of an operator. */
interface Stage {
  readonly folder: string
  readonly fleet: Fleet
  readonly baseUrl: string
  readonly ownerUrl: string
  readonly owner: Database
  readonly tenant: BenchTenant
  readonly calls: SteadyCalls
  readonly postgres: { stop(): Promise<void>; start(): Promise<void> }
  /** A line of the transcript, with the seconds since the drill began. */
  say(text: string): void
  /** Prints the number of calls since the last time, by status. */
  tellCalls(): void
  /** Sends a request as an operator would, and prints the response. */
  tell(path: string): Promise<void>
  /** Runs the command line on this database, and prints its output; with `only`, only the lines that match. */
  assay(args: readonly string[], options?: { readonly only?: RegExp; readonly databaseUrl?: string }): Promise<void>
  tellAlerts(): Promise<void>
  /** Waits until the gateway says `ready`. @returns the seconds that it took */
  ready(): Promise<number>
}

const perSecond = 10

export async function withStage(deployment: Deployment, work: (stage: Stage) => Promise<boolean>): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-drill-'))
  // The server may run under a separate account, which needs access to the folder.
  await chmod(folder, 0o711)
  const [port = 0] = await unusedPorts(1)
  const place = { directory: join(folder, 'postgres'), port }
  let server = await startEmbeddedPostgres(place)
  const ownerUrl = server.url
  await prepareDatabase(ownerUrl)
  const secrets = join(folder, 'secrets')
  await mkdir(secrets)
  const fleet = await startFleet({ ownerUrl, folder: secrets, deployment })
  const owner = openOwnerDatabase({ url: ownerUrl, applicationName: 'assay-drill', maxConnections: 2 })
  const baseUrl = fleet.gateways[0] ?? ''
  const gatewayPort = Number(new URL(baseUrl).port)
  let prometheus: RunningPrometheus | undefined
  let calls: SteadyCalls | undefined
  try {
    const tenant = await makeBenchTenant({ port: gatewayPort, owner }, 'acme', 300, 1)
    if (prometheusProgram === undefined) console.log('prometheus is not installed: alerts are not shown')
    else {
      prometheus = await startPrometheus({
        folder: join(folder, 'prometheus'),
        targets: fleet.members,
        everySeconds: 5,
      })
    }
    calls = new SteadyCalls(gatewayPort, tenant.mix, perSecond)
    const start = performance.now()
    const say = (text: string) => {
      const seconds = `+${((performance.now() - start) / 1000).toFixed(0)} s`
      for (const [i, line] of text.split('\n').entries()) console.log(`${(i === 0 ? seconds : '').padEnd(8)}${line}`)
    }
    return await work({
      folder,
      fleet,
      baseUrl,
      ownerUrl,
      owner,
      tenant,
      calls,
      postgres: {
        stop: () => server.stop(),
        start: async () => {
          server = await startEmbeddedPostgres(place)
        },
      },
      say,
      tellCalls: () => say(`calls since then: ${calls?.told()}`),
      tell: async (path) => say(`GET ${path}\n${await answerOf(baseUrl, path)}`),
      async assay(args, { only, databaseUrl = ownerUrl } = {}) {
        const { lines, status } = await commandLine(args, databaseUrl, folder)
        const shown = lines.filter((line) => only === undefined || only.test(line))
        say([`npm run assay -- ${args.join(' ')}${status === 0 ? '' : ` (status ${status})`}`, ...shown].join('\n'))
      },
      async tellAlerts() {
        if (prometheus === undefined) return
        const alerts = await prometheus.alerts()
        const members = new Map(fleet.members.map(({ name, metricsUrl }) => [new URL(metricsUrl).host, name]))
        const shown = [...Map.groupBy(alerts, ({ name, state }) => `${name} is ${state}`)].map(([words, of]) => {
          const about = of.map(({ instance }) => members.get(instance) ?? instance).filter(Boolean)
          return about.length === 0 ? words : `${words}: ${about.join(', ')}`
        })
        say(shown.length === 0 ? 'no alert is pending or firing' : shown.join('\n'))
      },
      ready: () => readyAfter(baseUrl),
    })
  } finally {
    await calls?.stop()
    await prometheus?.stop()
    await owner.close().catch(() => {})
    await fleet.stop()
    await server.stop().catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

async function answerOf(baseUrl: string, path: string): Promise<string> {
  const answer = await fetch(new URL(path, baseUrl))
  const retry = answer.headers.get('retry-after')
  return `${answer.status}${retry === null ? '' : `, Retry-After: ${retry}`} ${await answer.text()}`
}

async function readyAfter(baseUrl: string): Promise<number> {
  const start = performance.now()
  for (;;) {
    const said = await fetch(new URL('/readyz', baseUrl))
      .then(async (answer) => (await answer.json()) as { status?: string })
      .catch(() => undefined)
    if (said?.status === 'ready') return (performance.now() - start) / 1000
    await sleep(100)
  }
}

const main = join(import.meta.dirname, '../../apps/assay/src/main.ts')

async function commandLine(args: readonly string[], databaseUrl: string, folder: string) {
  const environment = { ...process.env, DATABASE_URL: databaseUrl, ASSAY_DATA_DIRECTORY: join(folder, 'command-line') }
  const options = { env: environment, cwd: folder }
  const outcome = await promisify(execFile)(process.execPath, [main, ...args], options).catch(
    (error: { stdout?: string; stderr?: string; code?: number }) => error,
  )
  const { stdout = '', stderr = '' } = outcome
  const status = 'code' in outcome ? (outcome.code ?? 1) : 0
  return { lines: `${stdout}${stderr}`.split('\n').filter(Boolean), status }
}
