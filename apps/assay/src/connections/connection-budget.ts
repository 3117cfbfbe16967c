import { type ProcessName, processEntries } from '../processes.ts'

/** Connections to PostgreSQL that one process opens for one purpose. */
export interface ConnectionUse {
  /** The name by which `pg_stat_activity` shows them. */
  readonly application: string
  readonly purpose: 'calls' | 'jobs' | 'queue' | 'schedules' | 'listening' | 'checks'
  /** At most so many in one process. */
  readonly connections: number
  /** The variable that sets the number; undefined: nothing does. */
  readonly variable?: 'ASSAY_DATABASE_CONNECTIONS' | 'ASSAY_QUEUE_CONNECTIONS'
}

/** How many processes of each kind a deployment has. */
export type Deployment = Readonly<Record<ProcessName, number>>

/** What the command line takes for a while: `migrate`, `backup`, `doctor`, `tenants`. */
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
 * Every connection that a process may open, with the default settings. A test holds it against the processes of a platform. For some
 * seconds after a connection broke, a pool may have twice as many: those of before end with their transactions.
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

/** Whose connections have this name; undefined for those of commands and of others. */
export function processOf(application: string): ProcessName | undefined {
  return processNames.find((name) => connectionBudget[name].some((use) => use.application === application))
}

/** Connections of one process at most. @param pool where `ASSAY_DATABASE_CONNECTIONS` of that process is another than the default */
export function connectionsOf(name: ProcessName, pool?: number): number {
  return connectionBudget[name].reduce(
    (sum, { variable, connections }) =>
      sum + (variable === 'ASSAY_DATABASE_CONNECTIONS' ? (pool ?? connections) : connections),
    0,
  )
}

/** Connections of all processes at most. */
export function connectionsOfAll(deployment: Deployment, pools: Partial<Deployment> = {}): number {
  return processNames.reduce((sum, name) => sum + deployment[name] * connectionsOf(name, pools[name]), 0)
}

/**
 * How many processes there are at least, told by their connections: none has more of a name than the budget says, with its default
 * settings or those of this environment.
 * @param seen connections by name
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
