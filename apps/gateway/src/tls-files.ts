import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError, type Logger, type TlsFiles } from '@assay/server'
import type { Config } from './config.ts'

type TlsConfig = Pick<Config, 'tlsCertFile' | 'tlsKeyFile' | 'tlsOnly'>

const lookEveryMs = 5_000

/** The certificate (a chain with the server's first) and the key that the environment names; undefined without them. @throws ConfigError */
export function readTlsFiles({ tlsCertFile, tlsKeyFile, tlsOnly }: TlsConfig): TlsFiles | undefined {
  if (tlsCertFile === undefined && tlsKeyFile === undefined && tlsOnly !== true) return undefined
  if (tlsCertFile === undefined || tlsKeyFile === undefined) {
    throw new ConfigError('TLS needs both ASSAY_TLS_CERT and ASSAY_TLS_KEY: give the paths of two PEM files')
  }
  const read = (variable: string, path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      throw new ConfigError(`${variable} names a file that cannot be read: ${path}`, { cause: error })
    }
  }
  const files = { cert: read('ASSAY_TLS_CERT', tlsCertFile), key: read('ASSAY_TLS_KEY', tlsKeyFile) }
  try {
    createSecureContext(files)
  } catch (error) {
    throw new ConfigError(
      `The certificate in ${tlsCertFile} and the key in ${tlsKeyFile} cannot be used (${(error as Error).message}): give two PEM files that belong together, the key without a password`,
      { cause: error },
    )
  }
  return { ...files, alsoPlain: tlsOnly === false }
}

/**
 * Uses a renewed certificate within seconds after both files have changed. While the two do not match, the former certificate stays in use.
 */
export function reloadCertificate(
  config: TlsConfig,
  first: TlsFiles,
  use: (files: TlsFiles) => void,
  logger: Logger,
  everyMs = lookEveryMs,
): { stop(): void } {
  let inUse = first
  let told: string | undefined
  const timer = setInterval(() => {
    try {
      const files = readTlsFiles(config)
      if (files === undefined || (files.cert === inUse.cert && files.key === inUse.key)) return
      use(files)
      inUse = files
      told = undefined
      logger.info('a renewed certificate is in use')
    } catch (error) {
      const { message } = error as Error
      if (message !== told) logger.warn(`The certificate before stays in use. ${message}`)
      told = message
    }
  }, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
