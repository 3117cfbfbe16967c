/** The search parameters in the address of a person. */
export interface PersonSearch {
  /** The application and the id of the entitlement that is explained. */
  readonly why?: readonly [application: string, entitlement: string] | undefined
  /** The entitlements that the person probably lacks are shown. */
  readonly lacking?: true | undefined
}

export function readPersonSearch({ why, lacking }: Record<string, unknown>): PersonSearch {
  const [application, entitlement] = Array.isArray(why) ? (why as unknown[]) : []
  return {
    ...(typeof application === 'string' && typeof entitlement === 'string' && { why: [application, entitlement] }),
    ...(lacking === true && { lacking }),
  }
}
