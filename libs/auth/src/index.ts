export { type Access, type BoundedReaders, type CallerAccess, refusalOf, requireAccess } from './access.ts'
export { type AccessToken, createAccessTokens } from './access-tokens.ts'
export { asActor } from './acting-caller.ts'
export {
  type ApiClient,
  bindApiClient,
  type ClientPosition,
  createApiClient,
  createClientOfTenant,
  getApiClient,
  listApiClients,
  lockApiClient,
  pageOfClients,
  revokeApiClient,
  revokeClientOfTenant,
} from './api-clients.ts'
export { CallCounts } from './call-counts.ts'
export type { ClientDialect, NewCredentials } from './client-dialect.ts'
export { type ClientLogin, createClientLogins } from './client-logins.ts'
export { createFederatedClient } from './client-trusts.ts'
export { actsForItself, userIdFromRow, userIdOfClient, userIdsInRows } from './client-user.ts'
export {
  type ConsoleSessions,
  createConsoleSessions,
  createSignInLink,
  type EndedAtIssuer,
} from './console-sessions.ts'
export { eraseFromClients, withNamesOfIssuers } from './erase-person.ts'
export { removeExpiredSignIns } from './expired-sign-ins.ts'
export { hostOf, listenAddress, publicAddress, publicHosts } from './hosts.ts'
export { createInternalTokens, type InternalTokens } from './internal-tokens.ts'
export { LedgerKeys, ledgerPublicKeys } from './ledger-keys.ts'
export { clientNames, decidingClients, peopleNamed } from './named-clients.ts'
export { type GivenAccess, giveAccess, listGivenAccess, takeAccess } from './people/access-given.ts'
export { callerFor } from './people/access-of-person.ts'
export {
  createIssuer,
  deleteIssuer,
  findIssuer,
  type IssuerOfSignIn,
  issuerId,
  listIssuers,
  type SignInIssuer,
  secretName,
} from './people/issuers.ts'
export { PendingSignIns, pendingSeconds } from './people/pending-sign-ins.ts'
export {
  type ConsolePerson,
  endSession,
  getPerson,
  type ListedSession,
  listPeople,
  listSessions,
  type PersonPosition,
  restorePerson,
  revokePerson,
  type SessionPosition,
} from './people/people.ts'
export type { AsksIssuer } from './people/rereading.ts'
export { sealAgain } from './people/seal-again.ts'
export { type SealedText, SealedTexts, sealForWorkers } from './people/sealing.ts'
export { endSessionsOfSubject, type SignInChoices, signInChoices } from './people/sign-in-choices.ts'
export type { IssuerAnswer } from './people/sign-in-of-person.ts'
export { usersBehindPeople } from './people/users-behind-people.ts'
export type { Principal } from './principal.ts'
export { recordReplacedKeys } from './replaced-keys.ts'
export { hasRight, rights } from './rights.ts'
export { type PersonRole, personRoles, type Role, roles } from './roles.ts'
export { Turns } from './turns.ts'
export { usersBehindClients } from './users-behind-clients.ts'
