import { parseWaitingLimits, type WaitingLimits } from '@assay/jobs'
import { sessionQueues } from '@assay/role-sessions'
import {
  baseUrls,
  ConfigError,
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
  optionalText,
  peerSettings,
  port,
  queueConnections,
  readConfig,
  type Setting,
  secret,
  sessionRetention,
  stopPauseSeconds,
  text,
  tracingSettings,
} from '@assay/server'
import type { S3Settings } from './archives/s3-archives.ts'

export type Config = ReturnType<typeof parseConfig>

/** The settings that the process reads from its environment. */
export const settings = {
  ...metricsSettings,
  ...tracingSettings,
  host: text('ASSAY_HOST', { default: '127.0.0.1' }),
  port: port('ASSAY_PORT', { default: 8082 }),
  stopPauseSeconds: stopPauseSeconds(),
  ...databaseSettings(),
  maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 10, min: 1, max: 1000 }),
  queueConnections: queueConnections(),
  databaseWaitMs: databaseWaitMs(),
  ...peerSettings,
  ...loadSettings,
  /** The most waiting jobs of one tenant by kind, where it differs from the kind's own limit. */
  waitingLimits: waitingLimits(),
  internalSecret: secret('ASSAY_INTERNAL_SECRET', { remedy: 'give every Assay service the same random secret' }),
  /** Uses the transports and handlers of Connect instead of the faster ones of libs/rpc, to find out in which of them a fault is. */
  plainConnect: flag('ASSAY_PLAIN_CONNECT', { default: false }),
  /** Memory for cached answers; 0 turns the caches off. */
  answerCacheBytes: integer('ASSAY_ANSWER_CACHE_BYTES', { default: defaultAnswerCacheBytes, min: 0, max: 2 ** 40 }),
  /** The mail server for mails about sessions; without it, no mails are sent. */
  ...mailSettings,
  ...sessionRetention,
  /** The storage of asynchronous exports; without a bucket, the database. */
  s3Bucket: optionalText('ASSAY_S3_BUCKET'),
  s3Region: text('ASSAY_S3_REGION', { default: 'us-east-1' }),
  s3Endpoint: optionalText('ASSAY_S3_ENDPOINT'),
  miningUrl: baseUrls('ASSAY_MINING_URL', { remedy: 'give the base URL of the mining service' }),
  ...logSettings,
  ...callLogSettings,
}

/** @throws ConfigError naming every variable that is wrong */
export function parseConfig(environment: NodeJS.ProcessEnv) {
  return readConfig(environment, settings)
}

export function s3SettingsOf({ s3Bucket, s3Region, s3Endpoint }: Config): S3Settings {
  if (s3Bucket === undefined) throw new ConfigError('object storage needs ASSAY_S3_BUCKET')
  if (s3Endpoint !== undefined && !URL.canParse(s3Endpoint)) {
    throw new ConfigError('ASSAY_S3_ENDPOINT is not a URL: give one such as https://s3.example.com')
  }
  return { bucket: s3Bucket, region: s3Region, endpoint: s3Endpoint }
}

function waitingLimits(): Setting<WaitingLimits> {
  return {
    variable: 'ASSAY_SESSION_WAITING_LIMITS',
    takes: 'limits by kind, such as session-calculation=100',
    parse: (given) => parseWaitingLimits(given, sessionQueues),
  }
}
