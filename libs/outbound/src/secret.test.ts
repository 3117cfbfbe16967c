import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSecret } from './secret.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-secrets-'))
})

afterAll(() => rm(folder, { recursive: true }))

const use = { tenant: 'acme', url: new URL('https://IDP.example.com/scim/v2') }

async function read(content: string, name = 'idp', used = use) {
  await writeFile(join(folder, 'idp.json'), content)
  return readSecret(folder, name, used)
}

const bearer = JSON.stringify({ tenant: 'acme', host: 'IDP.example.com', bearer: 'hush-hush' })

test('a secret is a token, or a user with a password', async () => {
  expect((await read(bearer)).authorization()).toBe('Bearer hush-hush')
  const basic = { tenant: 'acme', host: 'idp.example.com', basic: { user: 'ana', password: 'a:b' } }
  expect((await read(JSON.stringify(basic))).authorization()).toBe(`Basic ${btoa('ana:a:b')}`)
})

test('a text that holds the token, the user or the password is told', async () => {
  const token = await read(bearer)
  const basic = { tenant: 'acme', host: 'idp.example.com', basic: { user: 'ana', password: 'a:b' } }
  const login = await read(JSON.stringify(basic))
  const asked = (secret: typeof token) =>
    ['no Bearer', 'Bearer hush-hush is old', `is ${btoa('ana:a:b')}`, 'ana is unknown', 'not a:b'].map((text) =>
      secret.isIn(text),
    )
  expect(asked(token)).toEqual([false, true, false, false, false])
  expect(asked(login)).toEqual([false, false, true, true, true])
})

test('what a log would show of a secret is its name', async () => {
  const secret = await read(bearer)
  for (const shown of [inspect(secret, { depth: 9, showHidden: true }), JSON.stringify(secret), String(secret)]) {
    expect(shown).not.toContain('hush')
  }
})

test('it goes to its own host and port, for its own tenant; another tenant is not told that it is there', async () => {
  for (const url of [
    'https://other.example.com',
    'https://idp.example.com:8443',
    'https://idp.example.com.evil.test',
  ]) {
    await expect(read(bearer, 'idp', { tenant: 'acme', url: new URL(url) })).rejects.toThrow(
      /is for the host "idp\.example\.com" and goes to no other/,
    )
  }
  const messageOf = async (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message)
  const of = { ...use, tenant: 'globex' }
  const absent = await messageOf(readSecret(folder, 'none', of))
  expect(absent).toBe('There is no secret "none" of the tenant "globex" in the folder of secrets')
  expect(await messageOf(read(bearer, 'idp', of))).toBe(absent.replace('none', 'idp'))
})

test.each(['../idp', 'a/b', '.idp', 'idp.json', '', 'a\0b', 'x'.repeat(64)])(
  'the name %j names nothing',
  async (name) => {
    await expect(read(bearer, name)).rejects.toThrow(/The name of a secret has 1 to 63 letters/)
  },
)

test.each([
  'hush',
  '{"tenant":"acme","host":"idp.example.com","bearer":"hush"',
  '[]',
  '{"tenant":"acme","host":"idp.example.com"}',
  '{"host":"idp.example.com","bearer":"hush"}',
  '{"tenant":"acme","bearer":"hush"}',
  '{"tenant":"acme","host":"","bearer":"hush"}',
  '{"tenant":"acme","host":"idp.example.com","bearer":"hush","basic":{"user":"a","password":"hush"}}',
  '{"tenant":"acme","host":"idp.example.com","bearer":"hush\\r\\nx-role: admin"}',
  '{"tenant":"acme","host":"idp.example.com","basic":{"user":"a:b","password":"hush"}}',
  '{"tenant":"acme","hosts":["idp.example.com"],"host":"idp.example.com","bearer":"hush"}',
  `{"tenant":"acme","host":"idp.example.com","bearer":"${'hush'.repeat(5000)}"}`,
])('a file of another form is refused (%#), and the message repeats nothing of it', async (content) => {
  const error = await read(content).catch((refused: Error) => refused)
  expect(error).toMatchObject({ message: expect.stringMatching(/^The secret "idp" has not the form/) })
  expect(inspect(error, { depth: 9 })).not.toContain('hush')
})

test('without a folder of secrets the setting is named', async () => {
  await expect(readSecret(undefined, 'idp', use)).rejects.toThrow(/ASSAY_SECRETS_DIRECTORY names no folder/)
})
