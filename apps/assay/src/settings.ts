import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { databaseSettings, fileVariable, metricsSettings, readConfig } from '@assay/server/config'

/** The environment of the command line, which all commands share. */
export interface Settings {
  /** A PostgreSQL of the operator; undefined for the embedded one. */
  readonly databaseUrl: string | undefined
  /** The folder of the embedded PostgreSQL and the local credentials. */
  readonly dataDirectory: string
  readonly host: string
  readonly port: number
  /** The port of the gateway's metrics; the other processes have the ports after it. 0 for free ports, undefined for no metrics. */
  readonly metricsPort?: number | undefined
  /** PEM file of the certificate that the gateway serves with; undefined without one. */
  readonly certificateFile?: string | undefined
  /** Whether to make a certificate when none is set. */
  readonly localTls?: boolean
}

/** @throws Error naming the variable and its valid values */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const port = Number(environment.ASSAY_PORT ?? '8080')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`ASSAY_PORT must be a port number from 0 to 65535, not "${environment.ASSAY_PORT}"`)
  return {
    databaseUrl:
      environment.DATABASE_URL || environment[fileVariable('DATABASE_URL')]
        ? readConfig(environment, databaseSettings()).databaseUrl
        : undefined,
    dataDirectory: resolve(environment.ASSAY_DATA_DIRECTORY ?? join(import.meta.dirname, '../../../.data')),
    host: environment.ASSAY_HOST ?? '127.0.0.1',
    port,
    metricsPort: environment.ASSAY_METRICS_PORT ? readConfig(environment, metricsSettings).metricsPort : 0,
    certificateFile: environment.ASSAY_TLS_CERT ? resolve(environment.ASSAY_TLS_CERT) : undefined,
  }
}

/** The folder in which an import unpacks nested archives and stores standard input while it runs. @throws Error naming the variable */
export function temporaryDirectory({ ASSAY_TEMP_DIRECTORY: named }: NodeJS.ProcessEnv = process.env): string {
  if (!named) return tmpdir()
  const path = resolve(named)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  throw new Error(`ASSAY_TEMP_DIRECTORY must be an existing folder, not "${named}"`)
}
