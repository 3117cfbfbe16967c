import { createApiClient } from '@assay/auth'
import { sailpoint } from '@assay/dialects'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { settled } from '../platform/furnished.ts'
import { importFiles, joinTestPlatform, type TestPlatform } from '../platform/platform.ts'

/** The organisation of the requests in section 26 of the contract. */
const organisation = {
  'identities.csv': `id,display_name,email,username,department,job_title,manager_id,employment_type,employment_status,status,type,location,cloudLifecycleState,firstname,lastname
e-1,Ada Lovelace,ada@example.com,ada.lovelace,Engineering,Engineer,e-2,Employee,Active,enabled,human,Miami,active,Ada,Lovelace
e-2,Grace Hopper,grace@example.com,grace.hopper,Engineering,Manager,,Employee,Active,enabled,human,Austin,active,Grace,Hopper
e-3,Alan Turing,alan@example.com,alan.turing,Legal,Counsel,e-2,Contractor,Ended,disabled,human,London,inactive,Alan,Turing
e-4,Alan Turing,alan2@example.com,alan.turing2,Legal,Counsel,e-2,Contractor,Active,enabled,human,London,,Alan,Turing
`,
  'applications.csv': `id,display_name,description
gh,GitHub,Code
ad,Active Directory,
a/b 1,"A&B #1 é",
`,
  'entitlements.csv': `id,application_id,display_name,description,resource_type,resource,attribute,risk_level,privileged
gh-dev,gh,Developers,Write code,Team,dev,teams,,false
gh-admin,gh,Administrators,,Team,admin,teams,high,true
ad-vpn,ad,VPN,,,,memberOf,,false
dup,ad,Duplicate in AD,,,,memberOf,,false
dup,gh,Duplicate in GitHub,,,,teams,,false
`,
  'grants.csv': `identity_id,entitlement_id,application_id
e-1,gh-dev,gh
e-1,ad-vpn,ad
e-2,gh-dev,gh
e-2,gh-admin,gh
e-3,ad-vpn,ad
e-4,dup,ad
`,
  'access_profiles.csv': `id,display_name,description,cel_expression,common_access
eng,Engineers,Everybody in Engineering,"subject.department == ""Engineering""",true
`,
  'access_profile_entitlements.csv': `access_profile_id,entitlement_id
eng,gh-dev
`,
}

/** The first and the second day of last month, as dates in files. */
export function daysOfLastMonth(): readonly [string, string] {
  const now = new Date()
  const day = (number: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, number)).toISOString().slice(0, 10)
  return [day(1), day(2)]
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined when the body is not JSON. */
  readonly json: unknown
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent unchanged, any other value as JSON. */
  readonly body?: unknown
  /** Undefined: a token with `sp:scopes:all`; null: no token. */
  readonly token?: string | null
}

/** The organisation on the platform of the run. */
export interface Neighbours {
  readonly platform: TestPlatform
  /** For example `GET /roles?limit=1`. A path that begins with a version is sent unchanged, any other path under `/v3`. */
  send(call: string, options?: RequestOptions): Promise<Answer>
  /** Makes a client with these scopes. */
  credentials(scopes: readonly string[]): Promise<{ readonly clientId: string; readonly clientSecret: string }>
  /** Makes a client with these scopes and returns its token. */
  tokenOf(scopes: readonly string[]): Promise<string>
  /** The account of Ada in GitHub. */
  readonly accountId: string
}

export async function prepareNeighbours(): Promise<Neighbours> {
  const platform = await joinTestPlatform()
  const usage = daysOfLastMonth().map((day) => `e-1,gh,${day}\n`)
  await importFiles(platform.baseUrl, await platform.token('admin'), {
    ...organisation,
    'usage.csv': `identity_id,application_id,day\n${usage.join('')}`,
  })
  await settled(platform)
  const credentials = async (scopes: readonly string[]) => {
    const tenantId = await platform.tenantId()
    const init = {
      tenantId,
      dialect: sailpoint.clients,
      role: 'admin',
      displayName: 'Script',
      scopes: [...scopes],
    } as const
    return createApiClient(platform.db.owner.sql, init)
  }
  const tokenOf = async (scopes: readonly string[]) => fetchToken(platform.baseUrl, await credentials(scopes))
  const token = await tokenOf(['sp:scopes:all'])
  const send: Neighbours['send'] = async (call, { headers = {}, body, token: other } = {}) => {
    const [method = 'GET', path = ''] = /^(\S+) (.*)$/s.exec(call)?.slice(1) ?? []
    const bearer = other === undefined ? token : other
    const answer = await fetch(
      platform.baseUrl + (/^\/(v\d+|beta|[\w-]+\/v1)(\/|\?|$)/.test(path) ? path : `/v3${path}`),
      {
        method,
        headers: {
          ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
    )
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, text, json: jsonOf(text) }
  }
  const accounts = await send('GET /accounts?filters=identityId eq "e-1" and sourceId eq "gh"')
  const [account] = accounts.json as { id: string }[]
  return { platform, send, credentials, tokenOf, accountId: account?.id ?? '' }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
