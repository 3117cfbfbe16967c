import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createAccessTokens,
  createIssuer,
  findIssuer,
  listApiClients,
  type SealedText,
  SealedTexts,
  secretName,
} from '@assay/auth'
import { encryptionKey, encryptionKeyHex, signAssertion, startIssuer } from '@assay/auth/testing'
import { clientDialects } from '@assay/dialects/clients'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientsCommand } from './clients.ts'
import { keysCommand } from './keys.ts'

let db: TestDatabase
let tenantId: number
let folder: string
beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'assay-clients-'))
  tenantId = await db.tenantId('local')
  await db.tenantId('acme')
})
afterAll(async () => {
  await db?.drop()
  await rm(folder, { recursive: true })
})

/** Runs a command and returns its output. */
async function run(command: typeof clientsCommand, line: string, environment: Record<string, string> = {}) {
  const printed: string[] = []
  const program = command((text) => printed.push(text), {
    DATABASE_URL: db.ownerUrl,
    ASSAY_DATA_DIRECTORY: folder,
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
    ...environment,
  })
  const silent = { writeErr: () => {}, writeOut: () => {} }
  for (const one of [program, ...program.commands]) one.exitOverride().configureOutput(silent)
  await program.parseAsync(line.split(' '), { from: 'user' })
  return printed.join('\n')
}

const create = async (line = '--role role-miner', environment?: Record<string, string>) =>
  JSON.parse(await run(clientsCommand, `create ${line}`, environment)) as { clientId: string; clientSecret: string }
const tokens = () => createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })

test('a client that was created gets a token by its secret and by an assertion, for the role asked for', async () => {
  const { clientId, clientSecret } = await create('--dialect c1 --role role-miner --name Pipeline')
  const { accessToken } = await tokens().issue(clientId, clientSecret)
  expect(await tokens().verify(accessToken)).toMatchObject({ tenantId, role: 'role-miner', displayName: 'Pipeline' })
  const assertion = await signAssertion({ clientId, clientSecret }, '127.0.0.1')
  await tokens().issueForAssertion({ clientId, assertion, publicHosts: [] })
})

test.each([
  ['', {}, '127.0.0.1:8080'],
  ['', { ASSAY_PORT: '9000', ASSAY_HOST: '0.0.0.0' }, '127.0.0.1:9000'],
  ['', { ASSAY_PUBLIC_HOSTS: 'assay.example.com, 10.0.0.5:8443' }, 'assay.example.com'],
  [' --host other.example', { ASSAY_PUBLIC_HOSTS: 'assay.example.com' }, 'other.example'],
])('with the option "%s" and the environment %j, the client id carries %s', async (option, environment, address) => {
  const { clientId } = await create(`--role auditor${option}`, environment as Record<string, string>)
  expect(/@(.*)\/spc$/.exec(clientId)?.[1]).toBe(address)
})

test('a client made in another shell carries the port on which the local platform was started', async () => {
  const file = join(folder, 'credentials.json')
  await writeFile(file, JSON.stringify({ baseUrl: 'http://127.0.0.1:9123' }))
  const addressOf = async (environment?: Record<string, string>) =>
    /@(.*)\/spc$/.exec((await create('--role auditor', environment)).clientId)?.[1]
  try {
    expect(await addressOf()).toBe('127.0.0.1:9123')
    expect(await addressOf({ ASSAY_PORT: '9000' })).toBe('127.0.0.1:9000')
    expect(await addressOf({ ASSAY_PUBLIC_HOSTS: 'assay.example.com' })).toBe('assay.example.com')
  } finally {
    await rm(file)
  }
})

test('a trust makes a client that gets tokens for those of the issuer', async () => {
  const issuer = await startIssuer()
  try {
    const line = `trust --role reviewer --issuer ${issuer.issuer} --claim sub=repo:acme/infra:* --claim repository_owner=acme --claim repository_owner=acme2 --identity-claim actor --host assay.example:8443`
    const { clientId, audience } = JSON.parse(await run(clientsCommand, line)) as { clientId: string; audience: string }
    expect([clientId, audience]).toEqual([expect.stringMatching(/@assay\.example:8443\/wfe$/), 'assay.example'])
    const subjectToken = await issuer.token(audience, { claims: { actor: 'e-7' } })
    const { accessToken } = await tokens().issueForSubjectToken({ clientId, subjectToken, publicHosts: [] })
    expect(await tokens().verify(accessToken)).toMatchObject({ role: 'reviewer', identityId: 'e-7' })
  } finally {
    await issuer.stop()
  }
})

test('the list shows every client of the tenant with role and state, and never a secret', async () => {
  const [kept, gone] = [
    await create('--role admin --tenant acme --identity e-1'),
    await create('--role auditor --tenant acme'),
  ]
  await run(clientsCommand, `revoke ${gone.clientId} --tenant acme`)
  const lines = (await run(clientsCommand, 'list --tenant acme')).split('\n')
  const today = new Date().toISOString().slice(0, 10)
  expect(lines).toEqual([
    `${kept.clientId}\tc1\tadmin\tAPI client\tacts for e-1\tsince ${today}`,
    `${gone.clientId}\tc1\tauditor\tAPI client\tsince ${today}\trevoked ${today}`,
  ])
})

test('a revoked client gets no token, and one of another tenant cannot be revoked', async () => {
  const { clientId, clientSecret } = await create()
  await expect(run(clientsCommand, `revoke ${clientId} --tenant acme`)).rejects.toThrow('does not exist')
  await tokens().issue(clientId, clientSecret)
  expect(await run(clientsCommand, `revoke ${clientId}`)).toBe(`${clientId} is revoked.`)
  await expect(tokens().issue(clientId, clientSecret)).rejects.toMatchObject({ reason: 'INVALID_CLIENT' })
})

test('after a rotation tokens carry a new key, and older ones are still good', async () => {
  const { clientId, clientSecret } = await create()
  const before = (await tokens().issue(clientId, clientSecret)).accessToken
  expect(await run(keysCommand, 'rotate')).toContain('A new key signs from now on')
  const after = (await tokens().issue(clientId, clientSecret)).accessToken
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
  for (const token of [before, after]) expect((await tokens().verify(token)).clientId).toBe(clientId)
})

function issuerWithSecret(clientSecret: string): Promise<string> {
  return inTenant(db.owner.sql, tenantId, async (sql) => {
    const { id } = await createIssuer(sql, tenantId, {
      displayName: 'Sign in',
      issuer: 'https://login.example',
      clientId: 'assay',
      clientSecret,
      scopes: [],
      groupsClaim: 'groups',
      identityClaim: undefined,
      identityBy: 'id',
      contact: '',
    })
    return id
  })
}

test('the key that encrypts the signing key is replaced by another, in two steps', async () => {
  const [old, fresh] = ['1'.repeat(64), '2'.repeat(64)]
  const { clientId, clientSecret } = await create()
  const bytes = (hex: string) => Buffer.from(hex, 'hex')
  const gateway = (encryption: string, decryption?: string) =>
    createAccessTokens(db.database.sql, {
      dialects: clientDialects,
      encryptionKey: bytes(encryption),
      decryptionKey: decryption === undefined ? undefined : bytes(decryption),
    })
  await run(keysCommand, 'rotate', { ASSAY_KEY_ENCRYPTION_KEY: old })
  const { accessToken } = await gateway(old).issue(clientId, clientSecret)
  await expect(gateway(fresh).prepare()).rejects.toMatchObject({ reason: 'KEY_ENCRYPTION_KEY_WRONG' })
  await new SealedTexts(db.owner.sql, { encryptionKey: bytes(old) }).publish()
  const issuer = await issuerWithSecret('hush')

  // First, every gateway can decrypt with both keys; then the new key encrypts.
  await gateway(old, fresh).prepare()
  await gateway(fresh, old).prepare()
  const both = { ASSAY_KEY_ENCRYPTION_KEY: fresh, ASSAY_KEY_DECRYPTION_KEY: old }
  const words = await run(keysCommand, 're-encrypt', both)
  expect(words).toContain('is encrypted by ASSAY_KEY_ENCRYPTION_KEY.')
  expect(words).toContain('secrets of sign-in issuers (1), tokens of sessions (0)')
  const found = await findIssuer(db.database.sql, issuer)
  const sealed = new SealedTexts(db.database.sql, { encryptionKey: bytes(fresh) })
  expect(await sealed.open(secretName(issuer), found?.clientSecret as SealedText)).toBe('hush')
  const repeated = await run(keysCommand, 're-encrypt', both)
  expect(repeated).toContain('needs nothing')
  expect(repeated).toContain('No secret of a sign-in issuer')
  await gateway(old, fresh).prepare()
  await expect(gateway(old).prepare()).rejects.toMatchObject({ reason: 'KEY_ENCRYPTION_KEY_WRONG' })

  const again = await gateway(fresh).issue(clientId, clientSecret)
  expect(decodeProtectedHeader(again.accessToken).kid).toBe(decodeProtectedHeader(accessToken).kid)
  await expect(run(keysCommand, 're-encrypt', { ASSAY_KEY_ENCRYPTION_KEY: old })).rejects.toThrow('another key than')
  // Tokens stay valid when the key is lost, since they are verified with the public key.
  await run(keysCommand, 'rotate', { ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex })
  expect((await tokens().verify(accessToken)).clientId).toBe(clientId)
})

test('on a database of the operator, commands on keys want the key of the gateways, until one is kept here', async () => {
  await expect(run(keysCommand, 'rotate', { ASSAY_KEY_ENCRYPTION_KEY: '' })).rejects.toThrow(
    'ASSAY_KEY_ENCRYPTION_KEY is not set: give the one that the gateways have',
  )
  const file = join(folder, 'key-encryption-key')
  await writeFile(file, encryptionKeyHex)
  try {
    expect(await run(keysCommand, 're-encrypt', { ASSAY_KEY_ENCRYPTION_KEY: '' })).toContain('needs nothing')
  } finally {
    await rm(file)
  }
})

test.each([
  ['create --role root', 'Allowed choices'],
  ['create', '--role'],
  ['create --role admin --tenant nobody', 'There is no tenant "nobody"'],
  ['create --role admin --host https://x/', 'host: '],
  ['trust --role admin --issuer https://ci.example', '--claim'],
  ['trust --role admin --issuer https://ci.example --claim sub', 'Give name=value'],
  ['trust --role admin --issuer ci --claim sub=x', 'issuer: '],
  ['list --tenant nobody', 'There is no tenant "nobody"'],
  ['revoke nobody', '"nobody" does not exist'],
])('"clients %s" is refused, says why, and makes nothing', async (line, message) => {
  const before = await listApiClients(db.owner.sql, tenantId)
  await expect(run(clientsCommand, line)).rejects.toThrow(message)
  expect(await listApiClients(db.owner.sql, tenantId)).toEqual(before)
})
