/** The search parameters in the address of an entitlement. */
interface EntitlementSearch {
  /** An analysis is made to find out why it is proposed, or not. */
  readonly why?: true | undefined
}

export function readEntitlementSearch({ why }: Record<string, unknown>): EntitlementSearch {
  return why === true ? { why } : {}
}
