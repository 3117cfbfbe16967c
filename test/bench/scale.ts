import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type Database, openOwnerDatabase, type Sql, serverFacts } from '@assay/store'
import {
  connectionsOfAll,
  type Deployment,
  processNames,
  processOf,
} from '../../apps/assay/src/connections/connection-budget.ts'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import type { ProcessName } from '../../apps/assay/src/processes.ts'
import { type Fleet, type FleetMember, startFleet } from '../platform/fleet.ts'
import { scrape, sumOf } from '../platform/metrics-text.ts'
import type { Bench, Measure } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { type BenchTenant, makeBenchTenant } from './support/bench-tenant.ts'
import { type LoadOutcome, saturate } from './support/open-loop.ts'
import { evenness } from './support/robust-figures.ts'

const sizes = {
  small: { people: 300, tenants: 2, ms: 4_000, jobs: 12, each: [1, 2] },
  full: { people: 2_000, tenants: 5, ms: 20_000, jobs: 40, each: [1, 2, 4] },
}
type Size = (typeof sizes)['full']

/** With the defaults, four processes of each kind would use all 100 connections of the server. */
const connections = { pool: '4', queue: '2' }
/** Clients of each tenant. */
const clients = 4
/** The goal for the largest share of the calls, divided by the smallest. */
const most = 1.25

export const bench: Bench = {
  about:
    'one, two and four of each process: calls a second, p99, the share of each process, connections; on few cores the shares are what says something',
  async run({ scale, say }) {
    const size = sizes[scale]
    return withBenchDatabase(async ({ url, folder }) => {
      await prepareDatabase(url)
      const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 4 })
      try {
        const measures: Measure[] = []
        let tenants: readonly BenchTenant[] | undefined
        for (const each of size.each) {
          const deployment = { gateway: each, mining: each, 'mining-worker': each, 'iai-sessions': each }
          const fleet = await startFleet({
            ownerUrl: url,
            folder: join(folder),
            deployment,
            environment: {
              ASSAY_DATABASE_CONNECTIONS: connections.pool,
              ASSAY_QUEUE_CONNECTIONS: connections.queue,
              ASSAY_MINING_THREADS: '1',
            },
          })
          try {
            tenants = await tenantsBehind(fleet, owner, size, tenants)
            measures.push(...(await measure(fleet, deployment, tenants, owner.sql, size, say)))
          } finally {
            await fleet.stop()
          }
        }
        return measures
      } finally {
        await owner.close()
      }
    })
  },
}

/** Makes the same tenants each time, with clients that use the gateways of this fleet. */
async function tenantsBehind(
  fleet: Fleet,
  owner: Database,
  size: Size,
  before: readonly BenchTenant[] | undefined,
): Promise<readonly BenchTenant[]> {
  const port = portOf(fleet.gateways[0] ?? '')
  if (before !== undefined) {
    for (const tenant of before) await tenant.moveTo(port)
    return before
  }
  const tenants: BenchTenant[] = []
  for (let number = 0; number < size.tenants; number++) {
    tenants.push(await makeBenchTenant({ port, owner }, `tenant ${number}`, size.people, number))
  }
  return tenants
}

async function measure(
  fleet: Fleet,
  deployment: Deployment,
  tenants: readonly BenchTenant[],
  ownerSql: Sql,
  { ms, jobs }: Size,
  say: (text: string) => void,
): Promise<Measure[]> {
  const each = deployment.gateway
  const load = async (forMs: number) =>
    Promise.all(
      fleet.gateways.flatMap((url) =>
        tenants.map(({ mix }) => saturate(portOf(url), mix, Math.max(1, Math.round(clients / each)), forMs)),
      ),
    )
  await load(ms / 4)
  const before = await countsOf(fleet)
  const outcomes = await load(ms)
  const { sessions } = await serverFacts(ownerSql)
  // Jobs come from all tenants at once, so that every worker finds some.
  await Promise.all(
    tenants.map(async (tenant) => {
      for (let job = 0; job < jobs / tenants.length; job++) await tenant.mineAgain()
    }),
  )
  const after = await countsOf(fleet)
  const shares = new Map([...after].map(([member, count]) => [member, count - (before.get(member) ?? 0)]))
  const label = each === 1 ? 'one of each' : `${each} of each`
  const processes = fleet.members.length
  const cores = availableParallelism()
  if (processes > cores) {
    say(
      `${label}: ${processes} processes, the clients and PostgreSQL share ${cores} cores, which are the limit of calls a second`,
    )
  }
  for (const name of processNames) say(`${label}: ${name}: ${counted(shares, name).join(', ')} ${unitOf(name)}`)
  const open = sessions
    .filter(({ application }) => processOf(application) !== undefined)
    .reduce((sum, session) => sum + session.connections, 0)
  return [
    { measure: `${label}: successful calls a second`, value: sum(outcomes, ({ perSecond }) => perSecond), unit: '1/s' },
    {
      measure: `${label}: p99, the slowest of the streams of calls`,
      value: Math.max(...outcomes.map(({ p99Ms }) => p99Ms)),
      unit: 'ms',
    },
    {
      measure: `${label}: calls that failed, refusals apart`,
      value: sum(
        outcomes,
        ({ others, resets }) => resets + [...others.values()].reduce((all, count) => all + count, 0),
      ),
      unit: 'calls',
      goal: { atMost: 0 },
    },
    ...(each === 1
      ? []
      : processNames.map(
          (name): Measure => ({
            measure: `${label}: ${unitOf(name)} of a ${name}, largest share over smallest`,
            value: evenness(counted(shares, name)),
            unit: 'x',
            // No goal for workers: they take the next job when they are free, and jobs differ.
            ...(name !== 'mining-worker' && { goal: { atMost: most } }),
          }),
        )),
    {
      measure: `${label}: connections to PostgreSQL, of those in the budget`,
      value: open / budgetOf(deployment),
      unit: 'x',
      goal: { atMost: 1 },
    },
    { measure: `${label}: connections to PostgreSQL`, value: open, unit: 'open' },
  ]
}

/** The connections of a deployment with the settings of this benchmark. */
function budgetOf(deployment: Deployment): number {
  const pool = Number(connections.pool)
  const pools = Object.fromEntries(processNames.map((name) => [name, pool])) as Record<ProcessName, number>
  const lessInQueues = (deployment['mining-worker'] + deployment['iai-sessions']) * (3 - Number(connections.queue))
  return connectionsOfAll(deployment, pools) - lessInQueues
}

/** The number of calls that each process has answered; for a worker, the attempts at jobs. */
async function countsOf({ members }: Fleet): Promise<Map<FleetMember, number>> {
  const counts = await Promise.all(
    members.map(async (member) => {
      const samples = await scrape(member.metricsUrl)
      const count =
        member.process === 'mining-worker'
          ? sumOf(samples, 'assay_job_duration_seconds_count')
          : sumOf(samples, 'assay_calls_total', ({ dialect }) => dialect !== 'platform')
      return [member, count] as const
    }),
  )
  return new Map(counts)
}

function counted(shares: ReadonlyMap<FleetMember, number>, name: ProcessName): number[] {
  return [...shares].filter(([member]) => member.process === name).map(([, count]) => count)
}

function unitOf(name: ProcessName): string {
  return name === 'mining-worker' ? 'jobs' : 'calls'
}

function sum(outcomes: readonly LoadOutcome[], of: (outcome: LoadOutcome) => number): number {
  return outcomes.reduce((total, outcome) => total + of(outcome), 0)
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
