import { listenAddress, publicAddress } from '@assay/auth'
import { readCredentials } from './credentials.ts'
import { readSettings } from './settings.ts'

/**
 * The address that the command line puts into a fresh client id: what the environment says (`ASSAY_PUBLIC_HOSTS`, `ASSAY_HOST`,
 * `ASSAY_PORT`), else where the local platform was started last, else the default. So `clients create` in another shell, without
 * the variables of the start, names the right port.
 */
export async function clientAddress(environment: NodeJS.ProcessEnv): Promise<string> {
  const { ASSAY_PUBLIC_HOSTS, ASSAY_HOST, ASSAY_PORT } = environment
  const settings = readSettings(environment)
  const isStated = [ASSAY_PUBLIC_HOSTS, ASSAY_HOST, ASSAY_PORT].some(Boolean)
  const local = isStated ? undefined : await readCredentials(settings).catch(() => undefined)
  return publicAddress(ASSAY_PUBLIC_HOSTS, local === undefined ? settings : listenAddress(local.baseUrl))
}
