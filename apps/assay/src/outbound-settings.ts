import { resolve } from 'node:path'
import { type Network, parseNetworks } from '@assay/outbound'

/** What a request to a server that a user names may use. */
interface OutboundSettings {
  /** Networks of the operator that are reached though they are not of the internet. */
  readonly networks: readonly Network[]
  /** Holds the named secrets; undefined where there are none. */
  readonly secretsDirectory: string | undefined
}

/** @throws Error naming the variable and what it takes */
export function readOutboundSettings(environment: NodeJS.ProcessEnv = process.env): OutboundSettings {
  const { ASSAY_OUTBOUND_NETWORKS: networks = '', ASSAY_SECRETS_DIRECTORY: secrets } = environment
  try {
    return { networks: parseNetworks(networks), secretsDirectory: secrets ? resolve(secrets) : undefined }
  } catch (error) {
    throw new Error(`ASSAY_OUTBOUND_NETWORKS ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
