import { Code, ConnectError } from '@connectrpc/connect'

/** A call that names an entitlement: where there is none of this name, says where its ids are to be found. */
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
