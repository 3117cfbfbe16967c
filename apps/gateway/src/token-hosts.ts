import { publicHosts } from '@assay/auth'
import { ConfigError, optionalText, readConfig, text } from '@assay/server'

/**
 * The hosts that the `aud` of an assertion may name: `ASSAY_PUBLIC_HOSTS`, by default the host on which the gateway listens. @throws
 * ConfigError
 */
export function readTokenHosts(environment: NodeJS.ProcessEnv): readonly string[] {
  const given = readConfig(environment, {
    publicHosts: optionalText('ASSAY_PUBLIC_HOSTS'),
    host: text('ASSAY_HOST', { default: '127.0.0.1' }),
  })
  try {
    return publicHosts(given.publicHosts, given.host)
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
