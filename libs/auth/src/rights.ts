import type { Role } from './roles.ts'

/**
 * `read`: read access data and results. `mine`: start analyses and change their settings. `decide`: accept or dismiss
 * suggestions, make and change access profiles. `administer`: load access data, manage clients. `decide-by-tool`: decide by the
 * tools of MCP, which show a preview first; no role has both this right and `decide`.
 */
export type Right = 'read' | 'mine' | 'decide' | 'administer' | 'decide-by-tool'

export const rights: readonly Right[] = ['read', 'mine', 'decide', 'administer', 'decide-by-tool']

const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  admin: ['read', 'mine', 'decide', 'administer'],
  'role-miner': ['read', 'mine', 'decide'],
  reviewer: ['read', 'decide'],
  auditor: ['read'],
  agent: ['read', 'decide-by-tool'],
}

export function hasRight(role: Role, right: Right): boolean {
  return rightsOf[role].includes(right)
}

/** The roles that have the right, most powerful first. */
export function rolesWith(right: Right): readonly Role[] {
  return (Object.keys(rightsOf) as Role[]).filter((role) => hasRight(role, right))
}
