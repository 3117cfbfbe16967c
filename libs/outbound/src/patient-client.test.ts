import type { RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { AddressGuard, parseNetworks } from './address-guard.ts'
import { OutboundClient } from './outbound-client.ts'
import { PatientClient } from './patient-client.ts'
import { startServer } from './testing-server.ts'

const opened: { close(): unknown }[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

const now = Date.parse('2026-01-01T00:00:00Z')

/** The statuses of the answers, one after the other (the last one repeated), and the waits between them. */
async function asked(answers: readonly (readonly [number, string?])[], requests = 1) {
  let answered = 0
  const listener: RequestListener = (_, response) => {
    const [status, retryAfter] = answers[Math.min(answered++, answers.length - 1)] ?? [500]
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end()
  }
  const server = await startServer(listener)
  const client = new OutboundClient(new AddressGuard(parseNetworks('127.0.0.1')))
  opened.push(server, client)
  const waits: number[] = []
  const patient = new PatientClient(client, { now: () => now, wait: async (ms) => void waits.push(ms) })
  const outcomes: unknown[] = []
  for (let request = 0; request < requests; request++) {
    outcomes.push(
      await patient.get(server.url, { accept: '*/*' }).then(
        ({ status }) => status,
        (error: Error) => error.message.replace(/127\.0\.0\.1:\d+/, 'HOST'),
      ),
    )
  }
  return { outcomes, waits, tries: server.requests.length }
}

test('what passes is tried again after a wait that doubles; what does not is answered at once', async () => {
  expect(await asked([[500], [502], [504], [200]])).toEqual({ outcomes: [200], waits: [1000, 2000, 4000], tries: 4 })
  for (const status of [400, 401, 404, 501]) {
    expect(await asked([[status]])).toEqual({ outcomes: [status], waits: [], tries: 1 })
  }
})

test('a server that stays in trouble is given up after five tries, with its status', async () => {
  expect(await asked([[500]])).toEqual({
    outcomes: ['HOST is in trouble: it answers 500 to /'],
    waits: [1000, 2000, 4000, 8000],
    tries: 5,
  })
})

test('Retry-After is respected as seconds and as a date, and nonsense counts as not said', async () => {
  expect(await asked([[429, '30'], [503, 'Thu, 01 Jan 2026 00:01:30 GMT'], [429, 'soon'], [200]])).toEqual({
    outcomes: [200],
    waits: [30_000, 90_000, 4000],
    tries: 4,
  })
})

test('waits are bounded, each and all together', async () => {
  expect(await asked([[429, '86400']])).toEqual({
    outcomes: ['HOST asks to wait 86400 s, and at most 300 s are waited'],
    waits: [],
    tries: 1,
  })
  const patientTwice = await asked([[429, '300']], 2)
  expect(patientTwice.waits).toEqual([300_000, 300_000, 300_000, 300_000, 300_000, 300_000])
  expect(patientTwice.outcomes.at(-1)).toMatch(/1800 s were waited for it already$/)
})
