/** The role of a caller; its rights: see `hasRight`. */
export type Role = PersonRole | 'agent'

/** Roles of people, strongest first: each has the rights of the next one and more. API clients can have them too. */
export type PersonRole = 'admin' | 'role-miner' | 'reviewer' | 'auditor'

export const personRoles: readonly PersonRole[] = ['admin', 'role-miner', 'reviewer', 'auditor']

/** Roles of API clients: those of people, and `agent`, which decides only by the tools of MCP. */
export const roles: readonly Role[] = [...personRoles, 'agent']
