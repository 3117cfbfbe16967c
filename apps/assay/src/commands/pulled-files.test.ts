import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer, type TestServer } from '@assay/outbound/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { explain } from './front-door.ts'

const lists: Readonly<Record<string, readonly object[]>> = {
  '/scim/v2/Users': [
    { id: '1', userName: 'ana', groups: [{ value: 'g2', type: 'indirect' }], roles: [{ value: 'seller' }] },
    { id: '2', userName: 'bo', active: false },
  ],
  '/scim/v2/Groups': [
    {
      id: '1',
      displayName: 'crm',
      members: [
        { value: '1', type: 'User' },
        { value: 'g2', type: 'Group' },
      ],
    },
    { id: 'g2', displayName: 'sales', members: [{ value: '1', type: 'Group' }] },
    { id: 'g3', displayName: 'empty' },
  ],
  '/scim/v2/Roles': [{ value: 'seller', display: 'Seller', type: 'role' }],
}
let server: TestServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-pulled-'))
  server = await startServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://server').pathname
    const isKnown = request.headers.authorization === 'Bearer hush'
    const Resources = lists[path]
    const status = isKnown ? (Resources === undefined ? 404 : 200) : 401
    response.writeHead(status, { 'content-type': 'application/scim+json' })
    response.end(JSON.stringify(status === 200 ? { totalResults: Resources?.length, Resources } : {}))
  })
  const secret = { tenant: 'local', host: server.url.host, bearer: 'hush' }
  await writeFile(join(folder, 'idp.json'), JSON.stringify(secret))
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

afterEach(() => void vi.unstubAllEnvs())

async function explained(
  options: { readonly secret?: string },
  environment: Readonly<Record<string, string>> = { ASSAY_OUTBOUND_NETWORKS: '127.0.0.0/8' },
): Promise<string> {
  const set = {
    ASSAY_SECRETS_DIRECTORY: folder,
    ASSAY_DATA_DIRECTORY: folder,
    ASSAY_TEMP_DIRECTORY: folder,
    ...environment,
  }
  for (const [name, value] of Object.entries(set)) vi.stubEnv(name, value)
  const lines: string[] = []
  await explain([`scim+${server.url.href}scim/v2/`], options, (line) => lines.push(line))
  return lines.join('\n')
}

test('a SCIM server is explained like the files of its answers, and nothing of it stays', async () => {
  const text = await explained({ secret: 'idp' })
  expect(text).toContain(`${server.url.host}/users.json: JSON`)
  expect(text).toMatch(/2 people \(1 enabled, 1 disabled\), .*, 4 entitlements, 2 grants, 2 memberships of groups/)
  expect(text).toContain('scim seller  display_name=Seller  resource_type=role')
  expect(text).toContain('1 holds scim 1\n')
  expect(await readdir(folder)).toEqual(['idp.json'])
})

test('without the secret, with one for another host, and to addresses that are not allowed, nothing is read', async () => {
  await expect(explained({})).rejects.toThrow(
    /\/scim\/v2\/ServiceProviderConfig asks for a secret, and none is named \(401\)/,
  )
  const asked = server.requests.length
  await writeFile(join(folder, 'other.json'), JSON.stringify({ tenant: 'local', host: 'idp.test', bearer: 'hush' }))
  await expect(explained({ secret: 'other' })).rejects.toThrow(/is for the host "idp\.test" and goes to no other/)
  await rm(join(folder, 'other.json'))
  await expect(explained({ secret: 'idp' }, { ASSAY_OUTBOUND_NETWORKS: '' })).rejects.toThrow(
    /no address of the internet \(loopback\); ASSAY_OUTBOUND_NETWORKS names networks/,
  )
  await expect(explained({ secret: 'idp' }, { ASSAY_OUTBOUND_NETWORKS: 'home' })).rejects.toThrow(
    /^ASSAY_OUTBOUND_NETWORKS is "home": "home" is not a network/,
  )
  expect(server.requests).toHaveLength(asked)
  expect(await readdir(folder)).toEqual(['idp.json'])
})
