import { join } from 'node:path'
import { type ApiDialect, allDialects } from '@assay/dialects'
import { type Network, parseNetworks } from '@assay/outbound'
import {
  baseUrls,
  callLogSettings,
  databaseSettings,
  databaseWaitMs,
  flag,
  integer,
  loadSettings,
  logSettings,
  metricsSettings,
  optionalSecret,
  optionalText,
  peerSettings,
  port,
  readConfig,
  type Setting,
  secret,
  stopPauseSeconds,
  text,
  tracingSettings,
} from '@assay/server'
import { publicUrl } from './public-url.ts'
import { trustedProxies } from './trusted-proxies.ts'

export type Config = ReturnType<typeof parseConfig>

/** What the gateway reads from its environment, besides the settings of dialects. */
const ownSettings = {
  ...metricsSettings,
  ...tracingSettings,
  host: text('ASSAY_HOST', { default: '127.0.0.1' }),
  port: port('ASSAY_PORT', { default: 8080 }),
  stopPauseSeconds: stopPauseSeconds(),
  tlsCertFile: optionalText('ASSAY_TLS_CERT'),
  tlsKeyFile: optionalText('ASSAY_TLS_KEY'),
  /** Undefined: wherever there is a certificate. */
  tlsOnly: flag<undefined>('ASSAY_TLS_ONLY', { default: undefined }),
  hstsSeconds: integer('ASSAY_HSTS_SECONDS', { default: 0, min: 0, max: 2 ** 31 - 1 }),
  /** Whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are those of a proxy in front, rather than anybody's. */
  trustsProxy: trustedProxies('ASSAY_TRUST_PROXY'),
  /** Hosts that assertions may be made for, see `readTokenHosts`. */
  publicHosts: optionalText('ASSAY_PUBLIC_HOSTS'),
  /** Where browsers reach the console, with any path in front of ours; undefined: where they say they do, without a path. */
  publicUrl: publicUrl('ASSAY_PUBLIC_URL'),
  /** Issuers of people may be reached in these networks, beside the internet. */
  outboundNetworks: outboundNetworks(),
  /** What the build of the console wrote. */
  consoleFolder: text('ASSAY_CONSOLE_FOLDER', { default: join(import.meta.dirname, '../../console/dist') }),
  /** See `ClientLoginOptions`. */
  mostFailedLogins: integer('ASSAY_LOGIN_FAILURES', { default: 10, min: 0, max: 1_000_000 }),
  ...databaseSettings(),
  maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 5, min: 1, max: 1000 }),
  databaseWaitMs: databaseWaitMs(),
  ...peerSettings,
  internalSecret: secret('ASSAY_INTERNAL_SECRET', { remedy: 'give every Assay service the same random secret' }),
  /** Opens and encrypts the signing keys in the database; the other one opens only, while one takes the place of the other. */
  keyEncryptionKey: secret('ASSAY_KEY_ENCRYPTION_KEY', { remedy: 'give every gateway the same random secret' }),
  keyDecryptionKey: optionalSecret('ASSAY_KEY_DECRYPTION_KEY'),
  miningUrl: baseUrls('ASSAY_MINING_URL', { remedy: 'give the base URL of the mining service' }),
  sessionsUrl: baseUrls('ASSAY_IAI_SESSIONS_URL', { remedy: 'give the base URL of the session service' }),
  /** Calls by Connect's own transports and handlers, without the faster ones of libs/rpc: to find out which side a fault is on. */
  plainConnect: flag('ASSAY_PLAIN_CONNECT', { default: false }),
  /** Calls at once with each service at most; the limit in force moves with what the service can take. */
  mostCalls: integer('ASSAY_MOST_CALLS', { default: 400, min: 1, max: 500 }),
  ...loadSettings,
  /** Memory for answers that come again; 0 switches the caches off. */
  answerCacheBytes: integer('ASSAY_ANSWER_CACHE_BYTES', { default: 32 * 1024 * 1024, min: 0, max: 2 ** 40 }),
  maxMessageBytes: integer('ASSAY_MAX_MESSAGE_BYTES', { default: 4 * 1024 * 1024, min: 1024, max: 1024 ** 3 }),
  ...logSettings,
  ...callLogSettings,
}

/** What the gateway reads from its environment. @param dialects the APIs to serve, whose settings are read too */
export function settingsOf(dialects: readonly ApiDialect[] = allDialects) {
  return { ...settingsByVariable(limitsOf(dialects)), ...ownSettings }
}

/** @throws ConfigError naming every variable that is wrong */
export function parseConfig(environment: NodeJS.ProcessEnv, dialects: readonly ApiDialect[] = allDialects) {
  const limits = limitsOf(dialects)
  const values = readConfig(environment, settingsOf(dialects))
  const read = values as Readonly<Record<string, unknown>>
  return { ...values, dialects, callLimits: new Map(limits.map((limit) => [limit, Number(read[limit.variable])])) }
}

function limitsOf(dialects: readonly ApiDialect[]): Setting<number>[] {
  return dialects.flatMap(({ limit }) => limit?.setting ?? [])
}

function outboundNetworks(): Setting<readonly Network[]> {
  return {
    variable: 'ASSAY_OUTBOUND_NETWORKS',
    takes: 'networks and addresses, such as 10.1.0.0/16,192.168.1.7',
    parse: (given = '') => parseNetworks(given),
  }
}

function settingsByVariable(
  settings: readonly Setting<number>[],
): Readonly<Record<`ASSAY_${string}`, Setting<number>>> {
  return Object.fromEntries(settings.map((setting) => [setting.variable, setting]))
}
