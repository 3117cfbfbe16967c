import { permissionDenied } from '@assay/errors'
import type { Principal, Role } from './principal.ts'

/**
 * `read`: look at access data and results. `mine`: start analyses and change their settings. `decide`: accept or dismiss
 * suggestions, make and change access profiles. `administer`: load access data, manage clients.
 */
export type Right = 'read' | 'mine' | 'decide' | 'administer'

const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  admin: ['read', 'mine', 'decide', 'administer'],
  'role-miner': ['read', 'mine', 'decide'],
  reviewer: ['read', 'decide'],
  auditor: ['read'],
}

export function hasRight(principal: Pick<Principal, 'role'>, right: Right): boolean {
  return rightsOf[principal.role].includes(right)
}

/** Throws permission_denied, naming the right and the roles that hold it. */
export function requireRight(principal: Pick<Principal, 'role'>, right: Right): void {
  if (hasRight(principal, right)) return
  const holders = Object.entries(rightsOf).filter(([, rights]) => rights.includes(right))
  throw permissionDenied(
    `This call needs the right "${right}", which the role "${principal.role}" does not have; use a client with the role ${holders.map(([role]) => role).join(' or ')}`,
    { reason: 'MISSING_RIGHT', metadata: { right, role: principal.role } },
  )
}
