export { type Dialect, dialects, type Principal, type Role, roles } from './principal.ts'
export { hasRight, type Right, requireRight } from './rights.ts'
