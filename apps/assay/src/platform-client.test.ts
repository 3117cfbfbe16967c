import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientDialects } from '@assay/dialects/clients'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { platformClient } from './platform-client.ts'
import { readSettings } from './settings.ts'

const administrator = { clientId: 'calm-otter-1@localhost/spc', clientSecret: 'of the administrator' }
const reviewer = { ASSAY_CLIENT_ID: 'keen-crow-2@localhost/spc', ASSAY_CLIENT_SECRET: 'of the reviewer' }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-platform-client-'))
  const clients = Object.fromEntries(clientDialects.map(({ name }) => [name, administrator]))
  await writeFile(
    join(folder, 'credentials.json'),
    JSON.stringify({ baseUrl: 'http://127.0.0.1:8080', tenant: 'local', ...clients }),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const clientOf = (environment: Readonly<Record<string, string>>, dataDirectory = folder) =>
  platformClient(readSettings({ ASSAY_DATA_DIRECTORY: dataDirectory }), environment)

test('a command calls the local platform as its administrator', async () => {
  expect(await clientOf({})).toMatchObject({ baseUrl: 'http://127.0.0.1:8080', client: administrator })
  expect(await clientOf({ ASSAY_URL: '', ASSAY_CLIENT_ID: '', ASSAY_CLIENT_SECRET: '' })).toMatchObject({
    client: administrator,
  })
})

test('a command acts as the client that the environment names, and never as the administrator instead', async () => {
  const client = { clientId: reviewer.ASSAY_CLIENT_ID, clientSecret: reviewer.ASSAY_CLIENT_SECRET }
  expect(await clientOf(reviewer)).toMatchObject({ baseUrl: 'http://127.0.0.1:8080', client })
  // A platform elsewhere needs no local credentials.
  expect(await clientOf({ ...reviewer, ASSAY_URL: 'https://assay.example.com/' }, join(folder, 'none'))).toMatchObject({
    baseUrl: 'https://assay.example.com',
    client,
  })
})

test('the secret may be in a file, and is not taken for absent', async () => {
  const file = join(folder, 'secret')
  await writeFile(file, 'of the reviewer\n')
  const { ASSAY_CLIENT_ID } = reviewer
  expect(await clientOf({ ASSAY_CLIENT_ID, ASSAY_CLIENT_SECRET_FILE: file })).toMatchObject({
    client: { clientId: ASSAY_CLIENT_ID, clientSecret: 'of the reviewer' },
  })
  await expect(clientOf({ ASSAY_CLIENT_SECRET_FILE: file })).rejects.toThrow(/Set both ASSAY_CLIENT_ID/)
  await expect(clientOf({ ...reviewer, ASSAY_CLIENT_SECRET_FILE: file })).rejects.toThrow(/give one of them/)
})

test.each(['assay.example.com', 'localhost:8443', 'ftp://assay.example.com', 'https://ana:hush@assay.example.com'])(
  'the address %s is refused by a message that repeats nothing of it',
  async (ASSAY_URL) => {
    const error: unknown = await clientOf({ ...reviewer, ASSAY_URL }).catch((refused: unknown) => refused)
    expect(String(error)).toBe(
      'Error: The address of the platform must be a URL such as https://assay.example.com, without a password',
    )
  },
)

test.each([
  [{ ASSAY_CLIENT_ID: 'keen-crow-2@localhost/spc' }, 'Set both ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET, or neither'],
  [{ ASSAY_CLIENT_SECRET: 'of the reviewer' }, 'Set both ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET, or neither'],
  [
    { ASSAY_URL: 'https://assay.example.com' },
    'Set ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET for the platform of ASSAY_URL',
  ],
])('half of the settings %j is refused with what is missing', async (environment, message) => {
  await expect(clientOf(environment as Record<string, string>)).rejects.toThrow(message)
})

test('without local credentials the error names both ways', async () => {
  await expect(clientOf({}, join(folder, 'none'))).rejects.toThrow(
    /start the platform once with "npm start", or set ASSAY_URL, ASSAY_CLIENT_ID and ASSAY_CLIENT_SECRET/,
  )
})
