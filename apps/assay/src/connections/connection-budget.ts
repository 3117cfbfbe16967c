import { type ProcessName, processEntries } from '../processes.ts'

/** Connections to PostgreSQL that one process opens for one purpose. */
export interface ConnectionUse {
  /** The name by which `pg_stat_activity` shows them. */
  readonly application: string
  readonly purpose: 'calls' | 'jobs' | 'queue' | 'schedules' | 'listening' | 'checks'
  /** The most connections in one process. */
  readonly connections: number
  /** The variable that sets the number; undefined for a fixed number. */
  readonly variable?: 'ASSAY_DATABASE_CONNECTIONS' | 'ASSAY_QUEUE_CONNECTIONS'
}

/** The number of processes of each kind in a deployment. */
export type Deployment = Readonly<Record<ProcessName, number>>

/** Connections of commands while they run: `migrate`, `backup`, `doctor`, `tenants`. */
export const connectionsOfCommands = 3

const sessions = 'iai-sessions'

const queueOf = (name: ProcessName): readonly ConnectionUse[] => [
  { application: `assay-${name}-queue`, purpose: 'queue', connections: 3, variable: 'ASSAY_QUEUE_CONNECTIONS' },
  { application: `assay-${name}-queue-leases`, purpose: 'listening', connections: 1 },
  { application: `assay-${name}-queue-schedules`, purpose: 'schedules', connections: 2 },
]

const callsOf = (name: ProcessName, connections: number): readonly ConnectionUse[] => [
  { application: `assay-${name}`, purpose: 'calls', connections, variable: 'ASSAY_DATABASE_CONNECTIONS' },
  { application: `assay-${name}-probe`, purpose: 'checks', connections: 1 },
]

const metricsOf = (name: ProcessName): ConnectionUse => ({
  application: `assay-${name}-metrics`,
  purpose: 'checks',
  connections: 1,
})

/**
 * Every connection that a process may open with the default settings. A test compares it with the processes of a platform. For some seconds
 * after connections broke, a pool may have twice as many, since the old ones end with their transactions.
 */
export const connectionBudget: Readonly<Record<ProcessName, readonly ConnectionUse[]>> = {
  gateway: callsOf('gateway', 5),
  mining: [
    ...callsOf('mining', 10),
    { application: 'assay-mining-changes', purpose: 'listening', connections: 1 },
    metricsOf('mining'),
  ],
  'mining-worker': [
    {
      application: 'assay-mining-worker',
      purpose: 'jobs',
      connections: 6,
      variable: 'ASSAY_DATABASE_CONNECTIONS',
    },
    ...queueOf('mining-worker'),
    metricsOf('mining-worker'),
  ],
  [sessions]: [...callsOf(sessions, 10), ...queueOf(sessions), metricsOf(sessions)],
}

export const processNames = Object.keys(processEntries) as readonly ProcessName[]

/** The process whose connections have this name; undefined for those of commands and other programs. */
export function processOf(application: string): ProcessName | undefined {
  return processNames.find((name) => connectionBudget[name].some((use) => use.application === application))
}

/** The most connections of one process. @param pool `ASSAY_DATABASE_CONNECTIONS` of the process, if it is set */
export function connectionsOf(name: ProcessName, pool?: number): number {
  return connectionBudget[name].reduce(
    (sum, { variable, connections }) =>
      sum + (variable === 'ASSAY_DATABASE_CONNECTIONS' ? (pool ?? connections) : connections),
    0,
  )
}

/** The most connections of all processes. */
export function connectionsOfAll(deployment: Deployment, pools: Partial<Deployment> = {}): number {
  return processNames.reduce((sum, name) => sum + deployment[name] * connectionsOf(name, pools[name]), 0)
}

/**
 * The smallest possible number of processes, by their connections: no process has more connections of a name than the budget with the
 * default settings, or with those of this environment.
 * @param seen the number of connections by name
 */
export function fewestProcesses(
  seen: ReadonlyMap<string, number>,
  variables: Readonly<Record<string, string | undefined>> = {},
): Deployment {
  const fewest = (name: ProcessName) =>
    Math.max(
      0,
      ...connectionBudget[name].map(({ application, connections, variable }) => {
        const most = Math.max(connections, Number(variable === undefined ? 0 : variables[variable]) || 0)
        return Math.ceil((seen.get(application) ?? 0) / most)
      }),
    )
  return Object.fromEntries(processNames.map((name) => [name, fewest(name)])) as Record<ProcessName, number>
}
