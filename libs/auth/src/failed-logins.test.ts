import { expect, test } from 'vitest'
import { FailedLogins, type LoginAttempt } from './failed-logins.ts'

const limits = { mostOfClient: 3, mostOfAddress: 5, windowSeconds: 60 }
const now = 1_800_000_000_000
const of = (clientId: string, address = 'here', secret = 'guess'): LoginAttempt => ({ clientId, address, secret })

function failing(attempts: readonly LoginAttempt[], logins = new FailedLogins(limits)) {
  for (const attempt of attempts) logins.failed(attempt, now)
  return logins
}

test('a client that failed too often from an address waits there until the window ends, and nowhere else', () => {
  const logins = failing([of('a')])
  expect(logins.failed(of('a'), now)).toBeUndefined()
  expect(logins.secondsToWait(of('a'), now)).toBeUndefined()
  expect(logins.failed(of('a'), now + 30_000)).toBe('client')
  expect(logins.secondsToWait(of('a'), now + 30_000)).toBe(30)
  expect(logins.secondsToWait(of('a', 'elsewhere'), now)).toBeUndefined()
  expect(logins.secondsToWait(of('b'), now)).toBeUndefined()
  expect(logins.secondsToWait(of('a'), now + 60_000)).toBeUndefined()
})

test('an address from which too many failed waits, whatever the client', () => {
  const logins = failing(['a', 'b', 'c', 'd'].map((id) => of(id)))
  expect(logins.failed(of('e'), now)).toBe('address')
  expect(logins.secondsToWait(of('f'), now)).toBe(60)
  expect(logins.secondsToWait(of('f', 'elsewhere'), now)).toBeUndefined()
})

test('credentials that were right pass from an address that has to wait, and from a new one', () => {
  const logins = new FailedLogins(limits)
  logins.succeeded(of('a', 'here', 'right'), now)
  failing([of('a'), of('a'), of('a'), of('b'), of('c')], logins)
  expect(logins.secondsToWait(of('a', 'here', 'guess'), now)).toBe(60)
  expect(logins.secondsToWait(of('a', 'here', 'right'), now)).toBeUndefined()
  failing(Array(5).fill(of('a', 'elsewhere')), logins)
  expect(logins.secondsToWait(of('a', 'elsewhere', 'right'), now)).toBeUndefined()
  expect(logins.secondsToWait(of('b', 'here', 'right'), now)).toBe(60)
})

test('credentials that were right are remembered for two days', () => {
  const hour = 60 * 60 * 1000
  const logins = new FailedLogins({ ...limits, windowSeconds: 7 * 24 * 60 * 60 })
  logins.succeeded(of('a', 'here', 'right'), now)
  failing([of('a'), of('a'), of('a')], logins)
  expect(logins.secondsToWait(of('a', 'here', 'right'), now + 47 * hour)).toBeUndefined()
  expect(logins.secondsToWait(of('a', 'here', 'right'), now + 49 * hour)).toBeGreaterThan(0)
})

test('a client that signs, and did so before, waits for its own failures only', () => {
  const logins = new FailedLogins(limits)
  const signer = { clientId: 'a', address: 'here' }
  logins.succeeded(signer, now)
  failing(
    ['b', 'c', 'd', 'e', 'f'].map((id) => of(id)),
    logins,
  )
  expect(logins.secondsToWait(signer, now)).toBeUndefined()
  failing([signer, signer, signer], logins)
  expect(logins.secondsToWait(signer, now)).toBe(60)
})

test('a login that succeeds takes back the failures of its client', () => {
  const logins = failing([of('a'), of('a')])
  logins.succeeded(of('a', 'here', 'right'), now)
  failing([of('a'), of('a')], logins)
  expect(logins.secondsToWait(of('a'), now)).toBeUndefined()
})

test('made-up clients push out old counts, and memory has an end', () => {
  const logins = failing([of('a'), of('a'), of('a')], new FailedLogins({ ...limits, mostOfAddress: 1_000_000 }))
  expect(logins.secondsToWait(of('a'), now)).toBe(60)
  for (let client = 0; client < 50_000; client++) logins.failed(of(`x${client}`, `y${client}`), now)
  expect(logins.secondsToWait(of('a'), now)).toBeUndefined()
})

test('0 is no limit', () => {
  const logins = failing(Array(50).fill(of('a')), new FailedLogins({ ...limits, mostOfClient: 0, mostOfAddress: 0 }))
  expect(logins.secondsToWait(of('a'), now)).toBeUndefined()
})
