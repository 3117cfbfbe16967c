/** Somebody, in the words of the customer's data; what is not known is ''. */
export interface PublishedPerson {
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly username: string
}

export interface PublishedEntitlement {
  readonly applicationId: string
  readonly applicationDisplayName: string
  /** Unique within its application. */
  readonly id: string
  readonly displayName: string
}

/** An accepted access profile as it is handed to another system. */
export interface PublishedProfile {
  /** A UUID that stays the same. */
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly owner: PublishedPerson | undefined
  /** In CEL; '' for none. */
  readonly celExpression: string
  /** The rule decides who is a member. */
  readonly automationEnabled: boolean
  /** Changes of members wait for a decision. */
  readonly createTasks: boolean
  readonly commonAccess: boolean
  /** In the order in which the profile keeps them. */
  readonly entitlements: readonly PublishedEntitlement[]
  /** By id. The same person is the same object in every profile. */
  readonly members: readonly PublishedPerson[]
}

/** The name that is shown, and the id of who has none. */
export function nameOf({ displayName, id }: { readonly displayName: string; readonly id: string }): string {
  return displayName === '' ? id : displayName
}
