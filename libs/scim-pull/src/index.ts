export { type PulledFile, type PullLimits, type PullOptions, pullScim, type ScimPull } from './pull-scim.ts'
export { parseScimAddress } from './scim-address.ts'
export { ScimFault } from './scim-fault.ts'
