import type { NotHeld } from '../compatibility/held.ts'

const p = 'sailpoint.iai.rolemining.v1'

/** The items of the contract that no test of this folder shows, with the reason. */
export const notHeld: NotHeld = [
  ['other tests must not reach the limit; apps/gateway/src/call-limit.test.ts tests it', ['contradiction 17']],
  ['only move and copy have it, and no resource accepts them', [`field ${p}.JsonPatchOperation.from`]],
  ['always null: a session has no data file', [`field ${p}.RoleMiningSessionResponse.dataFilePath`]],
  [
    'lasts only milliseconds; libs/role-sessions/src/calculations and apps/iai-sessions/src/session-life.test.ts test it',
    [
      `value ${p}.RoleMiningSessionStatus.State.IDENTITIES_OBTAINED`,
      `value ${p}.RoleMiningSessionStatus.State.PRUNE_THRESHOLD_OBTAINED`,
      `value ${p}.RoleMiningSessionStatus.State.POTENTIAL_ROLES_PROCESSING`,
    ],
  ],
  [
    'needs an internal fault; libs/role-sessions/src/provisioning and exports test it',
    [
      `value ${p}.RoleMiningPotentialRoleProvisionState.FAILED`,
      `value ${p}.RoleMiningPotentialRoleExportResponse.State.ERROR`,
    ],
  ],
  [
    'no response has it; a request with it is refused',
    [
      `value ${p}.RoleMiningPotentialRoleExportResponse.State.STATE_UNSPECIFIED`,
      `value ${p}.RoleMiningPotentialRoleProvisionState.ROLE_MINING_POTENTIAL_ROLE_PROVISION_STATE_UNSPECIFIED`,
      `value ${p}.RoleMiningRoleType.ROLE_MINING_ROLE_TYPE_UNSPECIFIED`,
      `value ${p}.RoleMiningSessionScopingMethod.ROLE_MINING_SESSION_SCOPING_METHOD_UNSPECIFIED`,
      `value ${p}.RoleMiningSessionStatus.State.STATE_UNSPECIFIED`,
    ],
  ],
]
