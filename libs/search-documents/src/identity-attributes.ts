/** The attributes of an identity; a missing one is ''. */
export interface DescribedIdentity {
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly username: string
  readonly department: string
  readonly jobTitle: string
  readonly managerId: string
  readonly employmentType: string
  readonly employmentStatus: string
  readonly status: string
  readonly type: string
  /** Custom attributes by column name; a list has all of its values. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

export const shownName = ({ id, username, displayName }: Pick<DescribedIdentity, 'id' | 'username' | 'displayName'>) =>
  displayName || username || id

export function statusWord(status: string): string {
  if (status === 'enabled') return 'ACTIVE'
  return status === 'disabled' ? 'DISABLED' : 'TERMINATED'
}

/** The value of the first custom attribute of a list of names that has one. */
export function firstAttribute(
  attributes: DescribedIdentity['attributes'],
  names: readonly string[],
): string | readonly string[] | undefined {
  return names.map((name) => attributes[name]).find((value) => value !== undefined && value.length > 0)
}

/** Columns whose names documents always spell like this, however the import spells them. */
const spellings = ['firstname', 'lastname']

/**
 * The attributes of an identity as documents show them: the built-in ones, then the columns of the import under their names. Empty ones
 * are omitted, except the life cycle state, which clients expect.
 */
export function shownAttributes(identity: DescribedIdentity): Record<string, string | readonly string[] | null> {
  const { id, username, email, department, jobTitle, managerId, employmentType, employmentStatus, status } = identity
  const isEnabled = status === 'enabled'
  const builtIn = {
    uid: username || id,
    displayName: shownName(identity),
    email,
    department,
    jobTitle,
    manager: managerId,
    employmentType,
    employmentStatus,
    cloudStatus: statusWord(status),
    identityState: isEnabled ? 'ACTIVE' : 'INACTIVE_LONG_TERM',
    type: identity.type,
  }
  const custom = Object.entries(identity.attributes)
  const spelled = custom.flatMap(([name, value]) => {
    const as = spellings.find((one) => one === name.toLowerCase())
    return as === undefined || typeof value !== 'string' ? [] : [[as, value] as const]
  })
  // Later entries override earlier ones.
  const all = [...spelled, ...custom, ...Object.entries(builtIn)]
  return { cloudLifecycleState: null, ...Object.fromEntries(all.filter(([, value]) => value.length > 0)) }
}
