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

/** The settings that the gateway reads from its environment, apart from those of dialects. */
const ownSettings = {
  ...metricsSettings,
  ...tracingSettings,
  host: text('ASSAY_HOST', { default: '127.0.0.1' }),
  port: port('ASSAY_PORT', { default: 8080 }),
  stopPauseSeconds: stopPauseSeconds(),
  tlsCertFile: optionalText('ASSAY_TLS_CERT'),
  tlsKeyFile: optionalText('ASSAY_TLS_KEY'),
  /** Undefined: TLS only, when there is a certificate. */
  tlsOnly: flag<undefined>('ASSAY_TLS_ONLY', { default: undefined }),
  hstsSeconds: integer('ASSAY_HSTS_SECONDS', { default: 0, min: 0, max: 2 ** 31 - 1 }),
  /** The proxies in front of the gateway, whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host are trusted. */
  trustsProxy: trustedProxies('ASSAY_TRUST_PROXY'),
  /** The hosts that assertions may name, see `readTokenHosts`. */
  publicHosts: optionalText('ASSAY_PUBLIC_HOSTS'),
  /** The URL at which browsers reach the console, with the path before it; undefined: the host of the request, without a path. */
  publicUrl: publicUrl('ASSAY_PUBLIC_URL'),
  /** Private networks in which issuers of people may be reached. */
  outboundNetworks: outboundNetworks(),
  /** The folder with the built console. */
  consoleFolder: text('ASSAY_CONSOLE_FOLDER', { default: join(import.meta.dirname, '../../console/dist') }),
  /** See `ClientLoginOptions`. */
  mostFailedLogins: integer('ASSAY_LOGIN_FAILURES', { default: 10, min: 0, max: 1_000_000 }),
  ...databaseSettings(),
  maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 5, min: 1, max: 1000 }),
  databaseWaitMs: databaseWaitMs(),
  ...peerSettings,
  internalSecret: secret('ASSAY_INTERNAL_SECRET', { remedy: 'give every Assay service the same random secret' }),
  /** Encrypts and decrypts the signing keys in the database. The second key only decrypts, while one key replaces the other. */
  keyEncryptionKey: secret('ASSAY_KEY_ENCRYPTION_KEY', { remedy: 'give every gateway the same random secret' }),
  keyDecryptionKey: optionalSecret('ASSAY_KEY_DECRYPTION_KEY'),
  miningUrl: baseUrls('ASSAY_MINING_URL', { remedy: 'give the base URL of the mining service' }),
  sessionsUrl: baseUrls('ASSAY_IAI_SESSIONS_URL', { remedy: 'give the base URL of the session service' }),
  /** Uses the transports and handlers of Connect instead of the faster ones of libs/rpc, to find out in which of them a fault is. */
  plainConnect: flag('ASSAY_PLAIN_CONNECT', { default: false }),
  /** The most simultaneous calls to each service; the limit in force adapts to the service's capacity. */
  mostCalls: integer('ASSAY_MOST_CALLS', { default: 400, min: 1, max: 500 }),
  ...loadSettings,
  /** Memory for cached answers; 0 turns the caches off. */
  answerCacheBytes: integer('ASSAY_ANSWER_CACHE_BYTES', { default: 32 * 1024 * 1024, min: 0, max: 2 ** 40 }),
  maxMessageBytes: integer('ASSAY_MAX_MESSAGE_BYTES', { default: 4 * 1024 * 1024, min: 1024, max: 1024 ** 3 }),
  ...logSettings,
  ...callLogSettings,
}

/** The settings that the gateway reads from its environment. @param dialects the APIs to serve, whose settings are included */
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
