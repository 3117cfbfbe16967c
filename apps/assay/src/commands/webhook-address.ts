import { type AddressGuard, OutboundFault } from '@assay/outbound'

/**
 * Why a worker refuses to deliver to an address; undefined for one that it may reach. A name is looked up here, and a name that cannot be
 * looked up says nothing: the worker may have another resolver.
 */
export async function refusalOf(address: string, guard: AddressGuard): Promise<string | undefined> {
  const { hostname, protocol } = new URL(address)
  const isEncrypted = protocol === 'https:'
  try {
    guard.check(hostname, isEncrypted)
  } catch (error) {
    if (error instanceof OutboundFault) return error.message
    throw error
  }
  if (hostname.startsWith('[')) return undefined
  return await new Promise((resolve) => {
    guard.lookup(isEncrypted)(hostname, {}, (error) =>
      resolve(error instanceof OutboundFault ? error.message : undefined),
    )
  })
}
