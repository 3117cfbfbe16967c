export { pullScim } from './pull-scim.ts'
export { parseScimAddress } from './scim-address.ts'
