import { resolve } from 'node:path'
import { type Network, parseNetworks } from '@assay/outbound'

/** Limits of requests to servers that a user names. */
interface OutboundSettings {
  /** Private networks that requests may reach. */
  readonly networks: readonly Network[]
  /** The folder of the named secrets; undefined without secrets. */
  readonly secretsDirectory: string | undefined
}

/** @throws Error naming the variable and its valid values */
export function readOutboundSettings(environment: NodeJS.ProcessEnv = process.env): OutboundSettings {
  const { ASSAY_OUTBOUND_NETWORKS: networks = '', ASSAY_SECRETS_DIRECTORY: secrets } = environment
  try {
    return { networks: parseNetworks(networks), secretsDirectory: secrets ? resolve(secrets) : undefined }
  } catch (error) {
    throw new Error(`ASSAY_OUTBOUND_NETWORKS ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
