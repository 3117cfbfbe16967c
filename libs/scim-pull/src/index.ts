export { pullScim } from './pull-scim.ts'
export { parseScimAddress } from './scim-address.ts'
export { ScimFault } from './scim-fault.ts'
