import { Code, ConnectError } from '@connectrpc/connect'

/** Awaits a call that names an entitlement. If no entitlement has that id, the error also says where to find ids. */
export async function withEntitlementHint<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof ConnectError && error.code === Code.NotFound && /^entitlement /.test(error.rawMessage)))
      throw error
    const where = '"assay access PERSON" prints the ids of what a person has, with their applications'
    throw new Error(`${error.rawMessage}; ${where}.`, { cause: error })
  }
}
