import { tmpdir } from 'node:os'
import { parseWaitingLimits, type WaitingLimits } from '@assay/jobs'
import { type Network, parseNetworks } from '@assay/outbound'
import { type CircuitBreaker, defaultCircuitBreaker } from '@assay/profiles'
import { reviewQueues } from '@assay/reviews'
import { defaultSnapshotCacheBytes, queues } from '@assay/role-mining'
import {
  callLogSettings,
  databaseSettings,
  databaseWaitMs,
  defaultAnswerCacheBytes,
  flag,
  integer,
  loadSettings,
  logSettings,
  mailSettings,
  metricsSettings,
  optionalSecret,
  optionalText,
  peerSettings,
  port,
  queueConnections,
  readConfig,
  type Setting,
  secret,
  stopPauseSeconds,
  text,
  tracingSettings,
  workerRetention,
} from '@assay/server'

/** When an evaluation of a membership rule is stopped: more than this percentage of at least so many members would leave. */
const breaker = {
  breakerFewestMembers: integer('ASSAY_BREAKER_FEWEST_MEMBERS', {
    default: defaultCircuitBreaker.fewestMembers,
    min: 1,
    max: 2 ** 31 - 1,
  }),
  breakerMostRemovedPercentage: integer('ASSAY_BREAKER_MOST_REMOVED_PERCENTAGE', {
    default: defaultCircuitBreaker.mostRemovedPercentage,
    min: 0,
    max: 100,
  }),
}

/** Snapshots of tenants in memory: one of a million grants has some 7 MB. */
const snapshotCache = {
  snapshotCacheBytes: integer('ASSAY_SNAPSHOT_CACHE_BYTES', {
    default: defaultSnapshotCacheBytes,
    min: 0,
    max: 2 ** 40,
  }),
}

/** Where packed files are unpacked and compositions are written while they are read. */
const temporaryFolder = { temporaryDirectory: text('ASSAY_TEMP_DIRECTORY', { default: tmpdir() }) }

export type Config = ReturnType<typeof parseConfig>

/** What the service reads from its environment. */
export const settings = {
  ...databaseSettings(),
  ...breaker,
  ...snapshotCache,
  ...metricsSettings,
  ...tracingSettings,
  host: text('ASSAY_HOST', { default: '127.0.0.1' }),
  port: port('ASSAY_PORT', { default: 8081 }),
  stopPauseSeconds: stopPauseSeconds(),
  ...loadSettings,
  /** Waiting jobs of one tenant by kind, where it is not the kind's own limit. */
  waitingLimits: waitingLimits(),
  internalSecret: secret('ASSAY_INTERNAL_SECRET', { remedy: 'give every Assay service the same random secret' }),
  /** Calls by Connect's own transports and handlers, without the faster ones of libs/rpc: to find out which side a fault is on. */
  plainConnect: flag('ASSAY_PLAIN_CONNECT', { default: false }),
  /** Memory for answers that come again; 0 switches the caches off. */
  answerCacheBytes: integer('ASSAY_ANSWER_CACHE_BYTES', { default: defaultAnswerCacheBytes, min: 0, max: 2 ** 40 }),
  /** Loads of change sets of one source follow one another at least so far apart: those that come meanwhile are one. */
  ...temporaryFolder,
  changeSetWaitSeconds: integer('ASSAY_CHANGE_SET_WAIT_SECONDS', { default: 10, min: 0, max: 3600 }),
  maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 10, min: 1, max: 1000 }),
  databaseWaitMs: databaseWaitMs(),
  ...peerSettings,
  ...logSettings,
  ...callLogSettings,
}

/** @throws ConfigError naming every variable that is wrong */
export function parseConfig(environment: NodeJS.ProcessEnv) {
  return readConfig(environment, settings)
}

export type WorkerConfig = ReturnType<typeof parseWorkerConfig>

/** What a worker reads from its environment. */
export const workerSettings = {
  ...databaseSettings(),
  ...breaker,
  ...snapshotCache,
  ...metricsSettings,
  /** Of all jobs together: those of different kinds run at once. */
  maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 6, min: 1, max: 1000 }),
  queueConnections: queueConnections(),
  ...tracingSettings,
  threads: integer('ASSAY_MINING_THREADS', { default: 0, min: 0, max: 256 }),
  niceness: integer('ASSAY_WORKER_NICENESS', { default: 15, min: 0, max: 19 }),
  ...temporaryFolder,
  /** Holds the named secrets of servers that are pulled from. */
  secretsDirectory: optionalText('ASSAY_SECRETS_DIRECTORY'),
  networks: outboundNetworks(),
  /** Opens the secrets by which webhooks sign; without it none are served. */
  webhookKey: optionalSecret('ASSAY_WEBHOOK_KEY'),
  /** Where reminders of reviews go out; without it none do. */
  ...mailSettings,
  ...workerRetention,
  ...logSettings,
}

/** @throws ConfigError naming every variable that is wrong */
export function parseWorkerConfig(environment: NodeJS.ProcessEnv) {
  return readConfig(environment, workerSettings)
}

export function circuitBreakerOf({
  breakerFewestMembers,
  breakerMostRemovedPercentage,
}: Pick<Config, 'breakerFewestMembers' | 'breakerMostRemovedPercentage'>): CircuitBreaker {
  return { fewestMembers: breakerFewestMembers, mostRemovedPercentage: breakerMostRemovedPercentage }
}

/** Networks that servers of sources may be in though they are not of the internet. */
function outboundNetworks(): Setting<readonly Network[]> {
  return {
    variable: 'ASSAY_OUTBOUND_NETWORKS',
    takes: 'networks and addresses, such as 10.1.0.0/16,192.168.1.7',
    parse: (given = '') => parseNetworks(given),
  }
}

function waitingLimits(): Setting<WaitingLimits> {
  return {
    variable: 'ASSAY_WAITING_LIMITS',
    takes: 'limits by kind, such as custom-analysis=50,role-model=5',
    parse: (given) => parseWaitingLimits(given, [...queues, ...reviewQueues]),
  }
}
