/** What a client may do, see `hasRight`. */
export type Role = PersonRole | 'agent'

/** Roles of people, strongest first: each has the rights of the next and more. They are roles of API clients too. */
export type PersonRole = 'admin' | 'role-miner' | 'reviewer' | 'auditor'

export const personRoles: readonly PersonRole[] = ['admin', 'role-miner', 'reviewer', 'auditor']

/** Roles of API clients: those of people, and `agent`, which decides by the tools of MCP alone. */
export const roles: readonly Role[] = [...personRoles, 'agent']
