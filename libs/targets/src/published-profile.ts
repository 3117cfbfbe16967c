/** A person in the customer's data; unknown values are ''. */
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
  /** As `group` or `role`; '' if the data do not say it. */
  readonly resourceType: string
  /** Whether it belongs to the system that gets the files, so that its id is an id of that system. */
  readonly isOwn: boolean
}

/** An accepted access profile for another system. */
export interface PublishedProfile {
  /** A UUID that never changes. */
  readonly id: string
  readonly displayName: string
  readonly description: string
  readonly owner: PublishedPerson | undefined
  /** In CEL; '' for none. */
  readonly celExpression: string
  /** Whether the rule decides who is a member. */
  readonly automationEnabled: boolean
  /** Whether changes of members wait for a decision. */
  readonly createTasks: boolean
  readonly commonAccess: boolean
  /** In the order of the profile. */
  readonly entitlements: readonly PublishedEntitlement[]
  /** In a stable order. The same person is the same object in every profile. */
  readonly members: readonly PublishedPerson[]
}

/** The display name; the id if there is none. */
export function nameOf({ displayName, id }: { readonly displayName: string; readonly id: string }): string {
  return displayName === '' ? id : displayName
}
