export { pullScim } from './pull-scim.ts'
export { parseScimAddress } from './scim-address.ts'
export { ScimFault } from './scim-fault.ts'
export type { ResourceKind } from './service.ts'
