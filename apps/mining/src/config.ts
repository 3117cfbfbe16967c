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

/**
 * An evaluation of a membership rule stops when more than this percentage of the members would leave, of profiles with at least so many
 * members.
 */
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

/** The memory for snapshots of tenants; the snapshot of one million grants has about 7 MB. */
const snapshotCache = {
  snapshotCacheBytes: integer('ASSAY_SNAPSHOT_CACHE_BYTES', {
    default: defaultSnapshotCacheBytes,
    min: 0,
    max: 2 ** 40,
  }),
}

/** The folder in which archives are unpacked and compositions are written while a process reads them. */
const temporaryFolder = { temporaryDirectory: text('ASSAY_TEMP_DIRECTORY', { default: tmpdir() }) }

export type Config = ReturnType<typeof parseConfig>

/** The settings that the service reads from its environment. */
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
  /** The most waiting jobs of one tenant by kind, where it differs from the kind's own limit. */
  waitingLimits: waitingLimits(),
  internalSecret: secret('ASSAY_INTERNAL_SECRET', { remedy: 'give every Assay service the same random secret' }),
  /** Uses the transports and handlers of Connect instead of the faster ones of libs/rpc, to find out in which of them a fault is. */
  plainConnect: flag('ASSAY_PLAIN_CONNECT', { default: false }),
  /** Memory for cached answers; 0 turns the caches off. */
  answerCacheBytes: integer('ASSAY_ANSWER_CACHE_BYTES', { default: defaultAnswerCacheBytes, min: 0, max: 2 ** 40 }),
  ...temporaryFolder,
  /** The shortest time between two loads of change sets of one source; change sets that arrive meanwhile become one load. */
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

/** The settings that a worker reads from its environment. */
export const workerSettings = {
  ...databaseSettings(),
  ...breaker,
  ...snapshotCache,
  ...metricsSettings,
  /** For all jobs together; jobs of different kinds run at the same time. */
  maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 6, min: 1, max: 1000 }),
  queueConnections: queueConnections(),
  ...tracingSettings,
  threads: integer('ASSAY_MINING_THREADS', { default: 0, min: 0, max: 256 }),
  niceness: integer('ASSAY_WORKER_NICENESS', { default: 15, min: 0, max: 19 }),
  ...temporaryFolder,
  /** The folder with the named secrets of servers from which sources are pulled. */
  secretsDirectory: optionalText('ASSAY_SECRETS_DIRECTORY'),
  networks: outboundNetworks(),
  /** The key that decrypts the signing secrets of webhooks; without it, this worker delivers no events. */
  webhookKey: optionalSecret('ASSAY_WEBHOOK_KEY'),
  /** The mail server for reminders of reviews; without it, no reminders are sent. */
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

/** Private networks in which servers of sources may be. */
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
