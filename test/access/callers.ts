import { type ClientDialect, createApiClient, type Principal, revokeApiClient, roles } from '@assay/auth'
import { clientDialects } from '@assay/dialects'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { forged, signingKey } from '../platform/forged-tokens.ts'
import type { TestPlatform } from '../platform/platform.ts'

/** A client of the tenant `local`, with its dialect, role and scopes. */
export interface Caller extends Pick<Principal, 'dialect' | 'role' | 'scopes'> {
  readonly name: string
  readonly token: string
}

type Making = Omit<Caller, 'name' | 'token'>

const made: readonly Making[] = [
  ...roles.toReversed().map((role) => ({ dialect: 'c1' as const, role })),
  { dialect: 'sailpoint', role: 'admin', scopes: ['iai:access-modeling:read'] },
  { dialect: 'sailpoint', role: 'admin', scopes: ['iai:access-modeling:manage'] },
  { dialect: 'sailpoint', role: 'admin', scopes: ['sp:scopes:default'] },
  { dialect: 'sailpoint', role: 'admin', scopes: ['sp:scopes:all'] },
  { dialect: 'sailpoint', role: 'admin' },
  { dialect: 'sailpoint', role: 'auditor' },
]

/** Clients of every dialect, role and kind of scope; the least powerful of a dialect first. */
export function makeCallers(platform: TestPlatform): Promise<Caller[]> {
  return Promise.all(
    made.map(async (making) => ({
      ...making,
      name: `${making.dialect} ${making.role} ${making.scopes ?? ''}`.trim(),
      token: (await makeClient(platform, making)).token,
    })),
  )
}

/** Invalid tokens, with the reason of the refusal. */
export async function strangers(
  platform: TestPlatform,
): Promise<readonly { readonly name: string; readonly reason: string; readonly token: string | undefined }[]> {
  const { token } = await makeClient(platform, { dialect: 'c1', role: 'admin' })
  const revoked = await makeClient(platform, { dialect: 'sailpoint', role: 'admin' })
  await revokeApiClient(platform.db.owner.sql, revoked.tenantId, revoked.clientId)
  return [
    { name: 'without a token', reason: 'TOKEN_MISSING', token: undefined },
    {
      name: 'with an expired token',
      reason: 'TOKEN_EXPIRED',
      token: forged(token, await signingKey(platform.db), { exp: 1_700_000_000 }),
    },
    { name: 'with the token of a revoked client', reason: 'CLIENT_REVOKED', token: revoked.token },
    { name: 'with garbage', reason: 'TOKEN_INVALID', token: 'open-sesame' },
  ]
}

function dialectNamed(name: string): ClientDialect {
  const dialect = clientDialects.find((each) => each.name === name)
  if (dialect === undefined) throw new Error(`There is no dialect "${name}"`)
  return dialect
}

async function makeClient(platform: TestPlatform, making: Making) {
  const tenantId = await platform.tenantId()
  const client = await createApiClient(platform.db.owner.sql, {
    tenantId,
    displayName: `Test ${making.role}`,
    host: '127.0.0.1',
    ...making,
    dialect: dialectNamed(making.dialect),
  })
  return { tenantId, clientId: client.clientId, token: await fetchToken(platform.baseUrl, client) }
}
