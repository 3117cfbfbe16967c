import type { Principal } from './principal.ts'

/**
 * The user id of a client that acts for itself. It has only characters that paths do not escape (RFC 3986, section 2.3),
 * because ConductorOne's Go client does not escape them: every other character of the client id becomes `~`.
 * `calm-otter-12345@assay.example.com:8443/spc` becomes `calm-otter-12345~assay.example.com~8443~spc`.
 */
export function userIdOfClient(clientId: string): string {
  return clientId.replace(/[^\w.~-]/g, '~')
}

/** Client ids that contain an address, as ConductorOne's clients have them. No id of an identity has this form. */
const addressedClientId = /^[a-z]+-[a-z]+-\d{5}@[^\s/@?#\\]+\/(?:spc|wfe)$/

/** The user id of a stored id. Rows of earlier versions have the client id of a client that acts for itself. */
export function userIdFromRow(stored: string): string {
  return addressedClientId.test(stored) ? userIdOfClient(stored) : stored
}

/** Whether the caller is a client that acts for itself. */
export function actsForItself({ clientId, identityId }: Principal): boolean {
  return identityId === userIdOfClient(clientId)
}

/**
 * All ids by which rows may name the caller: its user id; for a client that acts for itself, also the id of earlier versions;
 * for a person, also the person's own id, which rows have from before the person was known to be an identity.
 */
export function userIdsInRows(caller: Principal): string[] {
  const { clientId, identityId, person } = caller
  if (person !== undefined) return [...new Set([identityId, clientId])]
  return actsForItself(caller) ? [...new Set([identityId, clientId])] : [identityId]
}
