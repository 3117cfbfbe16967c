import { readFile } from 'node:fs/promises'
import { openDatabase, openOwnerDatabase } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { failureWords } from './failure-words.ts'

const nobody = { url: 'postgres://a:b@127.0.0.1:1/x', applicationName: 'test', maxConnections: 1 }

test.each([
  ['the owner', openOwnerDatabase],
  ['a service', openDatabase],
])('a database that does not answer %s is named, with what to do', async (_, open) => {
  const database = open(nobody)
  const error = await database.sql`select 1`.catch((reason: unknown) => reason)
  await database.close()
  expect(await failureWords(error)).toBe(
    'The database does not answer (connect ECONNREFUSED 127.0.0.1:1). Start it, or set DATABASE_URL to a server that runs',
  )
})

test('other failures keep their words', async () => {
  expect(await failureWords(new Error('No such file: a.csv'))).toBe('No such file: a.csv')
  expect(await failureWords(new ConnectError('not here', Code.NotFound))).toBe('not here')
  const missing = await readFile('/no/such.csv').catch((reason: unknown) => reason)
  expect(await failureWords(missing)).toBe("ENOENT: no such file or directory, open '/no/such.csv'")
  expect(await failureWords('text')).toBe('text')
})
