import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { openOwnerDatabase } from './database.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

/** ReadyForQuery (Z), outside a transaction (PostgreSQL's protocol, section 54.7). */
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

test('arrays go to the server and come back, with the characters that arrays use themselves', async () => {
  const words = ['plain', '', 'a,b', '{c}', '"d"', '\\e', 'null', ' f ']
  const [row] = await db.owner.sql`
    select ${words}::text[] as words, ${[1, null, -3]}::integer[] as integers, ${[2 ** 40]}::bigint[] as bigints,
           ${[]}::uuid[] as nothing, ${[['a', 'b'], ['c', 'd']]}::text[] as rows, ${[0.5, 1e300]}::float8[] as numbers,
           array[true, false] as booleans, array['2026-01-02T03:04:05.678Z'::timestamptz, null] as instants,
           array['\\x005c22'::bytea] as bytes`
  expect(row).toEqual({
    words,
    integers: [1, null, -3],
    bigints: [2 ** 40],
    nothing: [],
    rows: [
      ['a', 'b'],
      ['c', 'd'],
    ],
    numbers: [0.5, 1e300],
    booleans: [true, false],
    instants: [new Date('2026-01-02T03:04:05.678Z'), null],
    bytes: [Buffer.from([0, 92, 34])],
  })
})

test('an array with undefined in it is refused before it is sent', async () => {
  await expect(db.owner.sql`select ${['a', undefined] as string[]}::text[]`).rejects.toThrow('holds undefined')
})

test('a connection that is lost during its first query fails that query, and nothing else in the process', async () => {
  const { port, hostname } = new URL(db.ownerUrl)
  const relay = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    let isReady = false
    client.on('data', (bytes) => (isReady ? client.destroy() : upstream.write(bytes)))
    upstream.on('data', (bytes) => {
      client.write(bytes)
      isReady = bytes.includes(readyForQuery)
    })
    client.on('close', () => upstream.destroy())
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const url = new URL(db.ownerUrl)
  url.port = String((relay.address() as AddressInfo).port)
  url.searchParams.delete('host') // not through the socket file

  const lost = openOwnerDatabase({ url: url.href, applicationName: 'assay-test', maxConnections: 1 })
  await expect(lost.sql`select 1`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  await lost.close()
  relay.close()
})
