import { listenAddress, publicAddress } from '@assay/auth'
import { readCredentials } from './credentials.ts'
import { readSettings } from './settings.ts'

/**
 * The address in the client ids that the command line makes: from the environment (`ASSAY_PUBLIC_HOSTS`, `ASSAY_HOST`, `ASSAY_PORT`), else
 * the address of the last start of the local platform, else the default. So `clients create` in another shell, without the variables of the
 * start, uses the right port.
 */
export async function clientAddress(environment: NodeJS.ProcessEnv): Promise<string> {
  const { ASSAY_PUBLIC_HOSTS, ASSAY_HOST, ASSAY_PORT } = environment
  const settings = readSettings(environment)
  const isStated = [ASSAY_PUBLIC_HOSTS, ASSAY_HOST, ASSAY_PORT].some(Boolean)
  const local = isStated ? undefined : await readCredentials(settings).catch(() => undefined)
  return publicAddress(ASSAY_PUBLIC_HOSTS, local === undefined ? settings : listenAddress(local.baseUrl))
}
