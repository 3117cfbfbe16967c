import { Identity_Status as Status, Identity_Type as Type } from '@assay/contracts/assay/directory/v1/directory_pb'
import { expect, test } from 'vitest'
import { fromStatusMessage, fromTypeMessage, toIdentityMessage } from './convert-directory.ts'

const identity = {
  key: 1,
  id: 'u1',
  displayName: 'Ada',
  email: '',
  username: '',
  department: '',
  jobTitle: '',
  managerId: '',
  employmentType: '',
  employmentStatus: '',
  attributes: {},
}

test.each([
  [Status.ENABLED, 'enabled'],
  [Status.DISABLED, 'disabled'],
  [Status.DELETED, 'deleted'],
] as const)('status %i is %s, there and back', (message, status) => {
  expect(fromStatusMessage(message)).toBe(status)
  expect(toIdentityMessage({ ...identity, status, type: 'human' }).status).toBe(message)
})

test.each([
  [Type.HUMAN, 'human'],
  [Type.SERVICE, 'service'],
  [Type.AGENT, 'agent'],
  [Type.SYSTEM, 'system'],
] as const)('type %i is %s, there and back', (message, type) => {
  expect(fromTypeMessage(message)).toBe(type)
  expect(toIdentityMessage({ ...identity, status: 'enabled', type }).type).toBe(message)
})

test('what is not stated filters nothing', () => {
  expect([fromStatusMessage(Status.UNSPECIFIED), fromTypeMessage(Type.UNSPECIFIED)]).toEqual([undefined, undefined])
})

test('a number without a name is refused, with the names that there are', () => {
  expect(() => fromStatusMessage(7 as Status)).toThrow(
    'status: must be one of STATUS_ENABLED, STATUS_DISABLED, STATUS_DELETED, not 7',
  )
})
