import {
  connectionsOf,
  connectionsOfAll,
  type Deployment,
} from '../../../apps/assay/src/connections/connection-budget.ts'

// The simulation on paper of docs/scaling.md: `node test/bench/support/scaling-paper.ts` prints its tables, and a test compares.

/** The cost of one of each; the page names the source of each figure. */
const unitCosts = {
  /** A row of grants with its header, its line and its index (74), its share of the snapshots that are stored (20), of people and accounts. */
  diskBytesOfGrant: 110,
  snapshotBytesOfGrant: 6.6,
  /** Processor time of gateway, service and PostgreSQL for one usual call. */
  processorMsOfCall: 1.3,
  /** Processor time of a worker for a load of 100,000 grants and all work that follows. */
  workerSecondsOfLoad: 4,
  jobsOfLoad: 7,
  /** A call that reads grants opens and locks the partition of each tenant, and its index. */
  locksOfTenant: 2,
  /** The planning time of the first such call of a connection, and of each later one, for each tenant in the database. */
  planMsOfTenant: 0.27,
  laterMsOfTenant: 0.064,
  /** The memory of a PostgreSQL connection for each tenant's partition. */
  connectionBytesOfTenant: 16_000,
  /** The speed of restoring a backup, until the first right response. */
  restoredGrantsPerSecond: 100_000,
} as const

/** The average tenant. The largest may have a hundred times as much. */
const assumptions = {
  people: 1_000,
  grantsOfPerson: 100,
  /** In the busiest minute. */
  callsPerMinute: 6,
  /** Whole loads; all of them within this many hours. */
  loadsPerDay: 1,
  hoursOfLoads: 8,
  /** The share of the tenants in which users work within the same hour. */
  activeShare: 0.2,
} as const

const grantsOfTenant = assumptions.people * assumptions.grantsOfPerson
/** Default settings of PostgreSQL and of Assay. */
const asItComes = {
  maxConnections: 100,
  locksPerTransaction: 64,
  snapshotCacheBytes: 384 * 2 ** 20,
  callsAtOnce: 10,
  cores: 4,
  memoryBytes: 16e9,
  /** The longest acceptable time until the platform works again after the loss of its database. */
  restoreHours: 4,
  /** The goal for the p99 of a call. */
  callMs: 50,
}

/** The resources that a number of tenants needs. */
interface Step {
  readonly tenants: number
  readonly people: number
  readonly grants: number
  readonly diskBytes: number
  readonly callsPerSecond: number
  readonly coresForCalls: number
  readonly jobsPerSecond: number
  readonly workers: number
  readonly activeSnapshotBytes: number
  readonly allSnapshotBytes: number
  readonly deployment: Deployment
  readonly connections: number
  readonly restoreHours: number
}

export function stepOf(tenants: number): Step {
  const grants = tenants * grantsOfTenant
  const callsPerSecond = (tenants * assumptions.callsPerMinute) / 60
  const coresForCalls = (callsPerSecond * unitCosts.processorMsOfCall) / 1000
  const loadsPerSecond = (tenants * assumptions.loadsPerDay) / (assumptions.hoursOfLoads * 3600)
  const workers = Math.max(1, Math.ceil(loadsPerSecond * unitCosts.workerSecondsOfLoad * 2))
  const activeSnapshotBytes = grants * unitCosts.snapshotBytesOfGrant * assumptions.activeShare
  // A process uses one core. From a hundred tenants on there are two of each, so that one may stop.
  const services = Math.max(tenants < 100 ? 1 : 2, Math.ceil(coresForCalls))
  const deployment = {
    gateway: services,
    mining: services,
    'mining-worker': workers,
    'iai-sessions': tenants < 100 ? 1 : 2,
  }
  return {
    tenants,
    people: tenants * assumptions.people,
    grants,
    diskBytes: grants * unitCosts.diskBytesOfGrant,
    callsPerSecond,
    coresForCalls,
    jobsPerSecond: loadsPerSecond * unitCosts.jobsOfLoad,
    workers,
    activeSnapshotBytes,
    allSnapshotBytes: grants * unitCosts.snapshotBytesOfGrant,
    deployment,
    connections: connectionsOfAll(deployment),
    restoreHours: grants / unitCosts.restoredGrantsPerSecond / 3600,
  }
}

/** A limited resource, and the number of tenants for which it is enough. */
interface Limit {
  readonly name: string
  readonly asItComes: string
  readonly tenants: number
  readonly answer: string
  readonly thenTenants: number
}

/** The limits, in the order in which they are reached. */
export function limits(): Limit[] {
  const { locksOfTenant, snapshotBytesOfGrant, planMsOfTenant, laterMsOfTenant, connectionBytesOfTenant } = unitCosts
  // PostgreSQL has room for twice as many holders of locks as for locks.
  const locks = (each: number, connections: number) =>
    (2 * each * connections) / (locksOfTenant * asItComes.callsAtOnce)
  const snapshots = (bytes: number) => bytes / (grantsOfTenant * snapshotBytesOfGrant * assumptions.activeShare)
  const perCore = 1000 / unitCosts.processorMsOfCall
  const loadsPerWorker = (assumptions.hoursOfLoads * 3600) / (unitCosts.workerSecondsOfLoad * 2)
  const restored = (hours: number) => (hours * 3600 * unitCosts.restoredGrantsPerSecond) / grantsOfTenant
  const poolConnections = 40
  const all: Limit[] = [
    {
      name: 'locks of PostgreSQL, ten calls at once that read grants',
      asItComes: '64 for each of 100 connections',
      tenants: locks(asItComes.locksPerTransaction, asItComes.maxConnections),
      answer: '`max_locks_per_transaction = 1024`',
      thenTenants: locks(1024, asItComes.maxConnections),
    },
    {
      name: 'snapshots of active tenants in memory of one mining service',
      asItComes: '384 MiB',
      tenants: snapshots(asItComes.snapshotCacheBytes),
      answer: '`ASSAY_SNAPSHOT_CACHE_BYTES` of 4 GiB',
      thenTenants: snapshots(4 * 2 ** 30),
    },
    {
      name: 'the first such call of a connection, within 50 ms',
      asItComes: `${planMsOfTenant} ms a tenant`,
      tenants: asItComes.callMs / planMsOfTenant,
      answer: 'connections live as long as their process: half a second is paid once',
      thenTenants: 500 / planMsOfTenant,
    },
    {
      name: 'each later call that reads grants, within 50 ms',
      asItComes: `${laterMsOfTenant} ms a tenant`,
      tenants: asItComes.callMs / laterMsOfTenant,
      answer: 'tenants over several databases (decision 60)',
      thenTenants: Number.POSITIVE_INFINITY,
    },
    {
      name: 'memory of connections that know all partitions, a quarter of 16 GB',
      asItComes: `${poolConnections} connections`,
      tenants: asItComes.memoryBytes / 4 / poolConnections / connectionBytesOfTenant,
      answer: 'PgBouncer with 20 connections for all logins',
      thenTenants: asItComes.memoryBytes / 4 / 20 / connectionBytesOfTenant,
    },
    {
      name: 'processor time of calls, half of four cores',
      asItComes: `${unitCosts.processorMsOfCall} ms a call`,
      tenants: (asItComes.cores / 2) * perCore * (60 / assumptions.callsPerMinute),
      answer: 'another machine for services',
      thenTenants: asItComes.cores * perCore * (60 / assumptions.callsPerMinute),
    },
    {
      name: `loads within ${assumptions.hoursOfLoads} hours, one worker busy half of the time`,
      asItComes: `${unitCosts.workerSecondsOfLoad} s a load`,
      tenants: loadsPerWorker,
      answer: 'three workers',
      thenTenants: 3 * loadsPerWorker,
    },
    {
      name: 'restore of one database within 4 hours',
      asItComes: `${unitCosts.restoredGrantsPerSecond.toLocaleString('en')} grants a second`,
      tenants: restored(asItComes.restoreHours),
      answer: 'a standby to switch to (decision 59)',
      thenTenants: Number.POSITIVE_INFINITY,
    },
    {
      name: 'connections of a process of each kind',
      asItComes: `${asItComes.maxConnections}, two of each take ${2 * connectionsOfOneEach()}`,
      tenants: 100,
      answer: '`max_connections = 300`',
      thenTenants: Number.POSITIVE_INFINITY,
    },
  ]
  return all.toSorted((a, b) => a.tenants - b.tenants)
}

function connectionsOfOneEach(): number {
  return (['gateway', 'mining', 'mining-worker', 'iai-sessions'] as const).reduce(
    (sum, name) => sum + connectionsOf(name),
    0,
  )
}

const steps = [10, 100, 1_000, 10_000] as const

/** Both tables of the page, as Markdown. */
export function scalingTables(): string {
  const all = steps.map(stepOf)
  const row = (name: string, of: (step: Step) => string) => `| ${[name, ...all.map(of)].join(' | ')} |`
  /** The limits that the previous step did not reach. */
  const reached = ({ tenants }: Step) => {
    const before = steps.findLast((step) => step < tenants) ?? 0
    return limits().filter((limit) => limit.tenants > before && limit.tenants <= tenants)
  }
  const first = [
    `| | ${all.map(({ tenants }) => `${whole(tenants)} tenants`).join(' | ')} |`,
    `|---|${all.map(() => '---|').join('')}`,
    row('people', ({ people }) => whole(people)),
    row('rows of grants', ({ grants }) => whole(grants)),
    row('database', ({ diskBytes }) => bytes(diskBytes)),
    row('calls a second, busiest minute', ({ callsPerSecond }) => figure(callsPerSecond)),
    row('cores for them', ({ coresForCalls }) => figure(coresForCalls)),
    row('jobs a second, while loads come', ({ jobsPerSecond }) => figure(jobsPerSecond)),
    row('snapshots of active tenants', ({ activeSnapshotBytes }) => bytes(activeSnapshotBytes)),
    row('snapshots of all', ({ allSnapshotBytes }) => bytes(allSnapshotBytes)),
    row('gateways, mining, workers, iai-sessions', ({ deployment }) => Object.values(deployment).join(', ')),
    row('connections they may open', ({ connections }) => whole(connections)),
    row('locks of one call that reads grants', ({ tenants }) => whole(tenants * unitCosts.locksOfTenant)),
    row('restore of all into one database', ({ restoreHours }) => `${figure(restoreHours * 60)} min`),
    row('**what breaks first**, after the step before', (step) => reached(step)[0]?.name ?? 'nothing'),
    row('**remedy**', (step) => reached(step)[0]?.answer ?? ''),
    row('what breaks after that', (step) =>
      reached(step)
        .slice(1)
        .map(({ name }) => name)
        .join('; '),
    ),
  ]
  const second = [
    '| limit | by default | enough for | remedy | then enough for |',
    '|---|---|---|---|---|',
    ...limits().map(
      ({ name, asItComes, tenants, answer, thenTenants }) =>
        `| ${name} | ${asItComes} | ${tenantsIn(tenants)} | ${answer} | ${tenantsIn(thenTenants)} |`,
    ),
  ]
  return `${first.join('\n')}\n\n${second.join('\n')}\n`
}

function tenantsIn(count: number): string {
  return Number.isFinite(count) ? `${whole(Number(count.toPrecision(2)))} tenants` : 'as many as there are'
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function figure(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en')
}

function bytes(value: number): string {
  return value < 1e9
    ? `${figure(value / 1e6)} MB`
    : value < 1e12
      ? `${figure(value / 1e9)} GB`
      : `${figure(value / 1e12)} TB`
}

if (process.argv[1] === import.meta.filename) console.log(scalingTables())
