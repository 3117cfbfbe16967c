import type { Principal } from './principal.ts'

/**
 * The id under which a client that acts for itself is shown as a user. It consists of characters that no path escapes
 * (RFC 3986, section 2.3), since ConductorOne's Go client escapes none: each other one of the client id becomes `~`.
 * `calm-otter-12345@assay.example.com:8443/spc` is shown as `calm-otter-12345~assay.example.com~8443~spc`.
 */
export function userIdOfClient(clientId: string): string {
  return clientId.replace(/[^\w.~-]/g, '~')
}

/** Client ids that hold an address, as ConductorOne's clients have them. No id of an identity looks like one. */
const addressedClientId = /^[a-z]+-[a-z]+-\d{5}@[^\s/@?#\\]+\/(?:spc|wfe)$/

/** A user id as it is stored. Rows of earlier versions name a client that acts for itself by its client id. */
export function userIdFromRow(stored: string): string {
  return addressedClientId.test(stored) ? userIdOfClient(stored) : stored
}

/** Whether the caller is a client that acts for itself. */
export function actsForItself({ clientId, identityId }: Principal): boolean {
  return identityId === userIdOfClient(clientId)
}

/**
 * All ids by which rows name the caller: its user id, for a client that acts for itself the id of earlier versions, and for a person
 * the own id, by which rows from before are told that the person is an identity.
 */
export function userIdsInRows(caller: Principal): string[] {
  const { clientId, identityId, person } = caller
  if (person !== undefined) return [...new Set([identityId, clientId])]
  return actsForItself(caller) ? [...new Set([identityId, clientId])] : [identityId]
}
