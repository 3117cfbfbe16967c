import type { Role } from './principal.ts'

/**
 * `read`: look at access data and results. `mine`: start analyses and change their settings. `decide`: accept or dismiss
 * suggestions, make and change access profiles. `administer`: load access data, manage clients.
 */
export type Right = 'read' | 'mine' | 'decide' | 'administer'

export const rights: readonly Right[] = ['read', 'mine', 'decide', 'administer']

const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  admin: rights,
  'role-miner': ['read', 'mine', 'decide'],
  reviewer: ['read', 'decide'],
  auditor: ['read'],
}

export function hasRight(role: Role, right: Right): boolean {
  return rightsOf[role].includes(right)
}

/** The roles that have the right, most powerful first. */
export function rolesWith(right: Right): readonly Role[] {
  return (Object.keys(rightsOf) as Role[]).filter((role) => hasRight(role, right))
}
