export { agedSessions } from './aged-rows.ts'
export type { EndMining, FoundRole, MineRoles, MiningEvent, WantedRoles } from './calculations/mining-events.ts'
export { calculationWork } from './calculations/run-calculation.ts'
export { discoveryWork } from './discovery/discover-roles.ts'
export { isDiscoveryOn, switchDiscovery } from './discovery/discovery-setting.ts'
export { eraseFromSessions } from './erase-person.ts'
export { archiveOf, contentDisposition } from './exports/archive.ts'
export { type ArchiveStore, databaseArchives } from './exports/archive-store.ts'
export { expiryWork } from './exports/expired-exports.ts'
export { exportEverything, planExport } from './exports/export-plan.ts'
export { getExport, getFinishedExport, type PotentialRoleExport, requestExport } from './exports/export-records.ts'
export { exportWork } from './exports/export-work.ts'
export { csvRows } from './exports/safe-csv.ts'
export { zipped } from './exports/zip-stream.ts'
export {
  acceptRole,
  dismissRole,
  findInboxRole,
  inboxRolePeople,
  lockInboxRole,
  reopenRole,
  requireUndecided,
} from './inbox/decide-role.ts'
export { type InboxRole, inboxRoleCounts, inboxRoleRows, inboxRolesById } from './inbox/inbox-roles.ts'
export type { PatchOperation } from './json-patch.ts'
export { type MailTools, mailWork } from './mail/mail-work.ts'
export { namesInFilters } from './names-in-filters.ts'
export type { PotentialRole, PotentialRoleSummary } from './potential-role.ts'
export { type DraftRole, listDraftRoles } from './potential-roles/draft-roles.ts'
export { editEntitlements } from './potential-roles/edit-entitlements.ts'
export { getPotentialRole } from './potential-roles/get-role.ts'
export { leftOutOfRole } from './potential-roles/left-out.ts'
export { listPotentialRoles, potentialRolesById } from './potential-roles/list-roles.ts'
export { pageOfRoles, type RolePosition } from './potential-roles/page-roles.ts'
export { patchPotentialRole } from './potential-roles/patch-role.ts'
export { potentialRoleContent } from './potential-roles/role-content.ts'
export {
  listRoleApplications,
  listRoleEntitlements,
  popularityDistribution,
  type RoleEntitlement,
} from './potential-roles/role-entitlements.ts'
export { listRoleIdentities } from './potential-roles/role-identities.ts'
export type { PotentialRoleKey } from './potential-roles/role-rows.ts'
export { rolesContaining } from './potential-roles/roles-containing.ts'
export { savedRoles } from './potential-roles/saved-roles.ts'
export { listSourceUsage } from './potential-roles/source-usage.ts'
export { type ProvisionTools, provisionWork } from './provisioning/provision-work.ts'
export { type ProvisionRequest, provisionCandidate, requestProvision } from './provisioning/request-provision.ts'
export {
  discoveryQueue,
  expiryQueue,
  mailQueue,
  sessionQueues,
  sessionSchedules,
} from './queues.ts'
export { type Session, type SessionScope, sessionStates } from './session.ts'
export { countPopulation } from './sessions/count-population.ts'
export { createSession, type SessionRequest } from './sessions/create-session.ts'
export { deleteSession } from './sessions/delete-session.ts'
export { listSessions } from './sessions/list-sessions.ts'
export { pageOfSessions, type SessionPosition } from './sessions/page-sessions.ts'
export { patchSession } from './sessions/patch-session.ts'
export { populationWarning } from './sessions/population-warning.ts'
export type { RequestedScope } from './sessions/requested-scope.ts'
export { mostNameCharacters } from './sessions/session-limits.ts'
export { getSession } from './sessions/session-rows.ts'
