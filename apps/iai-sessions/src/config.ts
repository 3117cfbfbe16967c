import { baseUrl, integer, port, readConfig, secret, text } from '@assay/server'

export type Config = ReturnType<typeof parseConfig>

/** @throws ConfigError naming every variable that is wrong */
export function parseConfig(environment: NodeJS.ProcessEnv) {
  return readConfig(environment, {
    host: text('ASSAY_HOST', { default: '127.0.0.1' }),
    port: port('ASSAY_PORT', { default: 8082 }),
    databaseUrl: text('DATABASE_URL', { remedy: 'give the URL of a migrated PostgreSQL database' }),
    maxConnections: integer('ASSAY_DATABASE_CONNECTIONS', { default: 10, min: 1, max: 1000 }),
    internalSecret: secret('ASSAY_INTERNAL_SECRET', { remedy: 'give every Assay service the same random secret' }),
    miningUrl: baseUrl('ASSAY_MINING_URL', { remedy: 'give the base URL of the mining service' }),
  })
}
