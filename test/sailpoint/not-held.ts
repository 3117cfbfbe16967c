import type { NotHeld } from '../compatibility/held.ts'

const p = 'sailpoint.iai.rolemining.v1'

/** What of the contract no test of this folder holds, by the reason. */
export const notHeld: NotHeld = [
  ['other tests must not meet the limit; held by apps/gateway/src/call-limit.test.ts', ['contradiction 17']],
  ['only move and copy have it, and no resource takes them', [`field ${p}.JsonPatchOperation.from`]],
  ['always null: a session has no data file', [`field ${p}.RoleMiningSessionResponse.dataFilePath`]],
  [
    'passes within milliseconds; held by libs/role-sessions/src/calculations and apps/iai-sessions/src/session-life.test.ts',
    [
      `value ${p}.RoleMiningSessionStatus.State.IDENTITIES_OBTAINED`,
      `value ${p}.RoleMiningSessionStatus.State.PRUNE_THRESHOLD_OBTAINED`,
      `value ${p}.RoleMiningSessionStatus.State.POTENTIAL_ROLES_PROCESSING`,
    ],
  ],
  [
    'needs a fault within; held by libs/role-sessions/src/provisioning and exports',
    [
      `value ${p}.RoleMiningPotentialRoleProvisionState.FAILED`,
      `value ${p}.RoleMiningPotentialRoleExportResponse.State.ERROR`,
    ],
  ],
  [
    'never written, and refused in a request',
    [
      `value ${p}.RoleMiningPotentialRoleExportResponse.State.STATE_UNSPECIFIED`,
      `value ${p}.RoleMiningPotentialRoleProvisionState.ROLE_MINING_POTENTIAL_ROLE_PROVISION_STATE_UNSPECIFIED`,
      `value ${p}.RoleMiningRoleType.ROLE_MINING_ROLE_TYPE_UNSPECIFIED`,
      `value ${p}.RoleMiningSessionScopingMethod.ROLE_MINING_SESSION_SCOPING_METHOD_UNSPECIFIED`,
      `value ${p}.RoleMiningSessionStatus.State.STATE_UNSPECIFIED`,
    ],
  ],
]
