import { conductorone, sailpoint } from '@assay/dialects'
import { expect, test } from 'vitest'
import { actsForItself, userIdFromRow, userIdOfClient, userIdsInRows } from './client-user.ts'
import type { Principal } from './principal.ts'

test.each(['assay.example.com', 'assay.example.com:8443', '127.0.0.1:8080', '[::1]:8080', 'büro.example'])(
  'the user id of a C1 client at %s means the same in a path, escaped or not',
  (host) => {
    const { clientId } = conductorone.clients.makeCredentials(host)
    const federatedId = conductorone.clients.makeFederatedId?.(host) ?? ''
    for (const id of [clientId, federatedId].map(userIdOfClient)) expect(encodeURIComponent(id)).toBe(id)
    expect(userIdFromRow(clientId)).toBe(userIdOfClient(clientId))
    expect(userIdFromRow(federatedId)).toBe(userIdOfClient(federatedId))
  },
)

test('the user id of a SailPoint client is its client id', () => {
  const { clientId } = sailpoint.clients.makeCredentials()
  expect(userIdOfClient(clientId)).toBe(clientId)
})

test.each([
  ['calm-otter-12345@assay.example.com:8443/spc', 'calm-otter-12345~assay.example.com~8443~spc'],
  ['calm-otter-12345@[::1]:8080/wfe', 'calm-otter-12345~~~~1~~8080~wfe'],
  ['calm-otter-12345~assay.example.com~8443~spc', 'calm-otter-12345~assay.example.com~8443~spc'],
  ['037928e674c1453a9442f895f7c62008', '037928e674c1453a9442f895f7c62008'],
  ['amanda.ross@example.com', 'amanda.ross@example.com'],
  ['CORP/amanda ross', 'CORP/amanda ross'],
  ['calm-otter-12345@example.com', 'calm-otter-12345@example.com'],
  ['', ''],
])('the stored user id %j is shown as %j', (stored, shown) => {
  expect(userIdFromRow(stored)).toBe(shown)
})

test('rows of earlier versions belong to the client that acts for itself, and to no identity', () => {
  const clientId = 'calm-otter-12345@assay.example.com/spc'
  const userId = userIdOfClient(clientId)
  const caller = (identityId: string) => ({ clientId, identityId }) as Principal
  expect(userIdsInRows(caller(userId))).toEqual([userId, clientId])
  expect(userIdsInRows(caller('e-42'))).toEqual(['e-42'])
  expect([actsForItself(caller(userId)), actsForItself(caller('e-42'))]).toEqual([true, false])
})
