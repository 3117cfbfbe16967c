import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { databaseSettings, fileVariable, metricsSettings, readConfig } from '@assay/server/config'

/** What the command line reads from the environment; every command shares it. */
export interface Settings {
  /** A PostgreSQL of the operator's own; undefined means the embedded one. */
  readonly databaseUrl: string | undefined
  /** Embedded PostgreSQL and the local credentials live here. */
  readonly dataDirectory: string
  readonly host: string
  readonly port: number
  /** The port of the gateway's metrics, those of the other processes behind it; 0 for free ones, undefined for none. */
  readonly metricsPort?: number | undefined
  /** PEM file of the certificate that the gateway serves with; undefined without one. */
  readonly certificateFile?: string | undefined
  /** Make a certificate where none is named. */
  readonly localTls?: boolean
}

/** @throws Error naming the variable and what it takes */
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

/** Where an import unpacks archives within archives and keeps standard input while it runs. @throws Error naming the variable */
export function temporaryDirectory({ ASSAY_TEMP_DIRECTORY: named }: NodeJS.ProcessEnv = process.env): string {
  if (!named) return tmpdir()
  const path = resolve(named)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  throw new Error(`ASSAY_TEMP_DIRECTORY must be a folder that is there, not "${named}"`)
}
