import { parse } from 'csv-parse/sync'
import { Configuration, IAIRoleMiningBetaApi, IAIRoleMiningV2024Api, Paginator } from 'sailpoint-api-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { faultsOf } from './answer-schemas.ts'
import { type SailpointPlatform, startSailpointPlatform } from './furnished.ts'
import { observeExchange } from './observed.ts'
import { unzipped } from './unzipped.ts'

observeTests()

// The client is unmodified: it requests its token, builds its requests and decodes the responses.

let platform: SailpointPlatform
beforeAll(async () => {
  // The client logs at every call that the call is experimental.
  vi.spyOn(console, 'log').mockImplementation(() => {})
  platform = await startSailpointPlatform()
})
afterAll(() => platform?.stop())

async function configuration(): Promise<Configuration> {
  const { clientId, clientSecret } = await platform.client()
  const { baseUrl: baseurl } = platform
  const made = new Configuration({ baseurl, clientId, clientSecret, tokenUrl: `${baseurl}/oauth/token` })
  made.experimental = true
  return made
}

/** The form in which the client's own pagination makes its calls. */
type PageOfSummaries = Parameters<
  typeof Paginator.paginate<unknown, Summary, { readonly sessionId: string; limit: number }>
>[1]

/** The two versions that the client knows have the same calls, except two names and a header. */
type Call = (request: Record<string, unknown>, options?: object) => Promise<ClientAnswer>

const versions = {
  beta: async () => {
    const api = new IAIRoleMiningBetaApi(await configuration())
    return {
      api: api as unknown as Record<string, Call>,
      names: { patchRole: 'patchRoleMiningPotentialRole', patchRoleOfSession: 'patchPotentialRole' },
      more: {},
      bodies: {
        create: 'roleMiningSessionDtoBeta',
        patch: 'jsonPatchOperationBeta',
        patchRole: 'patchPotentialRoleRequestInnerBeta',
        edit: 'roleMiningPotentialRoleEditEntitlementsBeta',
        provision: 'roleMiningPotentialRoleProvisionRequestBeta',
        export: 'roleMiningPotentialRoleExportRequestBeta',
      },
    }
  },
  v2024: async () => {
    const api = new IAIRoleMiningV2024Api(await configuration())
    return {
      api: api as unknown as Record<string, Call>,
      names: { patchRole: 'patchPotentialRole_1', patchRoleOfSession: 'patchPotentialRole' },
      more: { xSailPointExperimental: 'true' },
      bodies: {
        create: 'roleMiningSessionDtoV2024',
        patch: 'jsonPatchOperationV2024',
        patchRole: 'patchPotentialRoleRequestInnerV2024',
        edit: 'roleMiningPotentialRoleEditEntitlementsV2024',
        provision: 'roleMiningPotentialRoleProvisionRequestV2024',
        export: 'roleMiningPotentialRoleExportRequestV2024',
      },
    }
  },
} as const

describe.each(['beta', 'v2024'] as const)('through %s', (version) => {
  let client: Awaited<ReturnType<(typeof versions)['beta']>> | Awaited<ReturnType<(typeof versions)['v2024']>>
  let sessionId: string
  let potentialRoleId: string
  beforeAll(async () => {
    client = await versions[version]()
  })

  /** Makes one call of the client, and checks the type and the status of the response against the contract. */
  async function call<T>(
    name: string,
    status: number,
    type: string,
    request: object = {},
    options?: object,
  ): Promise<T> {
    const answer = await client.api[name]?.({ ...client.more, ...request }, options)
    if (answer === undefined) throw new Error(`the client has no call ${name}`)
    expect(answer.status).toBe(status)
    observeAnswer(answer)
    expect(faultsOf(answer.data, type)).toEqual([])
    return answer.data as T
  }
  const ofRole = () => ({ sessionId, potentialRoleId })

  test('a session is created, listed, shown, and completes', async () => {
    const session = {
      name: `Session through ${version}`,
      saved: true,
      minNumIdentitiesInPotentialRole: 5,
      scope: { criteria: 'attributes.employmentType:*', identityIds: [] },
      type: 'SPECIALIZED',
    }
    const created = await call<Session>('createRoleMiningSessions', 201, 'Session', { [client.bodies.create]: session })
    expect(created).toMatchObject({
      name: session.name,
      saved: true,
      status: { state: 'CREATED' },
      scopingMethod: 'MANUAL',
      createdBy: { displayName: 'Test admin' },
    })
    sessionId = created.id
    await vi.waitFor(
      async () => {
        const { state } = await call<{ state: string }>('getRoleMiningSessionStatus', 200, 'Status', { sessionId })
        expect(state).toBe('POTENTIAL_ROLES_CREATED')
      },
      { timeout: 300_000, interval: 100 },
    )
    const shown = await call<Session>('getRoleMiningSession', 200, 'Session', { sessionId })
    expect(shown.potentialRoleCount).toBeGreaterThan(3)
    expect(shown.potentialRolesReadyCount).toBe(shown.potentialRoleCount)
    expect(shown.identityCount).toBeGreaterThan(100)
    const filters = `saved eq "true" and name sw "Session through ${version}"`
    const listed = await call<Session[]>('getRoleMiningSessions', 200, 'Session[]', {
      filters,
      sorters: 'createdBy,createdDate',
      limit: 10,
      offset: 0,
      count: true,
    })
    expect(listed.map(({ id }) => id)).toEqual([sessionId])
  })

  test('potential roles are listed for a session, for all sessions, and page by page', async () => {
    const filters = '(createdByName co "test")and (type eq "SPECIALIZED")and ((name co "potential")or (saved eq true))'
    const ofSession = await call<Summary[]>('getPotentialRoleSummaries', 200, 'Summary[]', {
      sessionId,
      filters,
      sorters: 'createdDate',
      limit: 250,
    })
    const all = await call<Summary[]>('getAllPotentialRoleSummaries', 200, 'Summary[]', {
      sorters: '-quality',
      limit: 250,
    })
    expect(all.map(({ quality }) => quality)).toEqual(all.map(({ quality }) => quality).toSorted((a, b) => b - a))
    expect(new Set(all.map(({ session }) => session.id)).size).toBeGreaterThan(1)
    const paged = await Paginator.paginate(
      client.api,
      client.api.getPotentialRoleSummaries as unknown as PageOfSummaries,
      { ...client.more, sessionId, limit: 1000 },
      2,
    )
    expect(paged.data.map(({ id }) => id).sort()).toEqual(ofSession.map(({ id }) => id).sort())
    potentialRoleId = ofSession.toSorted((a, b) => b.identityCount - a.identityCount)[0]?.id ?? ''
  })

  test('a role is shown by both paths, with its identities, entitlements, applications and usage', async () => {
    const role = await call<Role>('getPotentialRole', 200, 'Role', ofRole())
    expect(await call('getRoleMiningPotentialRole', 200, 'Role', { potentialRoleId })).toEqual(role)
    const identities = await call<{ id: string }[]>('getIdentitiesPotentialRole', 200, 'Identity[]', {
      ...ofRole(),
      sorters: 'name',
    })
    expect(identities.map(({ id }) => id)).toEqual(role.identityIds.slice(0, 250))
    const held = await call<Entitlement[]>('getEntitlementsPotentialRole', 200, 'Entitlement[]', {
      ...ofRole(),
      includeCommonAccess: true,
    })
    const own = await call<Entitlement[]>('getEntitlementsPotentialRole', 200, 'Entitlement[]', {
      ...ofRole(),
      includeCommonAccess: false,
      sorters: 'entitlementName',
    })
    expect(own).toHaveLength(role.entitlementCount)
    expect(held.length).toBeGreaterThan(own.length)
    const named = await call<{ id: string }[]>('getPotentialRoleEntitlements', 200, 'Named[]', {
      ...ofRole(),
      filters: `entitlementRef.name sw "${own[0]?.name.slice(0, 3)}"`,
    })
    expect(named.map(({ id }) => id)).toContain(own[0]?.entitlementRef.id)
    const applications = await call<{ id: string }[]>('getPotentialRoleApplications', 200, 'Named[]', ofRole())
    expect(applications.map(({ id }) => id).sort()).toEqual([...new Set(own.map(({ sourceId }) => sourceId))].sort())
    const distribution = await call<Record<string, number>>('getEntitlementDistributionPotentialRole', 200, 'int{}', {
      ...ofRole(),
      includeCommonAccess: true,
    })
    expect(Object.values(distribution).reduce((sum, count) => sum + count, 0)).toBe(held.length)
    expect(Object.keys(distribution).every((percent) => /^(\d|[1-9]\d|100)$/.test(percent))).toBe(true)
    const sourceId = applications[0]?.id
    const usage = await call<{ usageCount: number }[]>('getPotentialRoleSourceIdentityUsage', 200, 'Usage[]', {
      potentialRoleId,
      sourceId,
      sorters: '-usageCount',
      limit: 5,
    })
    expect(usage.map(({ usageCount }) => usageCount)).toEqual(
      usage.map(({ usageCount }) => usageCount).toSorted((a, b) => b - a),
    )
  })

  test('entitlements are excluded and listed separately', async () => {
    const [first] = await call<Entitlement[]>('getEntitlementsPotentialRole', 200, 'Entitlement[]', {
      ...ofRole(),
      includeCommonAccess: false,
    })
    const id = first?.entitlementRef.id ?? ''
    const edited = await call<Role>('updateEntitlementsPotentialRole', 201, 'Role', {
      ...ofRole(),
      [client.bodies.edit]: { ids: [id], exclude: true },
    })
    expect(edited.excludedEntitlements).toEqual([id])
    const excluded = await call<Entitlement[]>('getExcludedEntitlementsPotentialRole', 200, 'Entitlement[]', {
      ...ofRole(),
      sorters: 'popularity',
    })
    expect(excluded.map(({ entitlementRef }) => entitlementRef.id)).toEqual([id])
  })

  test('patches change a role by both paths, and a saved one is a draft role', async () => {
    const operations = [
      { op: 'remove', path: '/description' },
      { op: 'replace', path: '/description', value: 'Acct I - Potential Role' },
      { op: 'remove', path: '/saved' },
      { op: 'replace', path: '/saved', value: 'true' },
    ]
    const patched = await call<Role>(client.names.patchRoleOfSession, 200, 'Role', {
      ...ofRole(),
      [client.bodies.patchRole]: operations,
    })
    expect(patched).toMatchObject({ description: 'Acct I - Potential Role', saved: true })
    const named = [{ op: 'replace', path: '/name', value: `Draft of ${version}` }]
    await call(client.names.patchRole, 200, 'Role', { ...ofRole(), [client.bodies.patchRole]: named })
    const saved = await call<{ id: string; name: string }[]>('getSavedPotentialRoles', 200, 'Draft[]', {
      sorters: '-modified',
    })
    expect(saved[0]).toMatchObject({ id: potentialRoleId, name: `Draft of ${version}` })
  })

  test('exports contain what the lists show, directly and by a job', async () => {
    const bytes = { responseType: 'arraybuffer' }
    const direct = await client.api.exportRoleMiningPotentialRole?.({ ...client.more, ...ofRole() }, bytes)
    const asked = await call<Export>('exportRoleMiningPotentialRoleAsync', 202, 'Export', {
      ...ofRole(),
      [client.bodies.export]: { minEntitlementPopularity: 0, includeCommonAccess: true },
    })
    const { exportId } = asked
    await vi.waitFor(
      async () => {
        const { status } = await call<Export>('exportRoleMiningPotentialRoleStatus', 200, 'Export', {
          ...ofRole(),
          exportId,
        })
        expect(status).toBe('SUCCESS')
      },
      { timeout: 300_000, interval: 100 },
    )
    const downloaded = await client.api.downloadRoleMiningPotentialRoleZip?.(
      { ...client.more, ...ofRole(), exportId },
      bytes,
    )
    const archive = Buffer.from(downloaded?.data as ArrayBuffer)
    expect(archive.equals(Buffer.from(direct?.data as ArrayBuffer))).toBe(true)
    expect(downloaded?.headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': expect.stringMatching(/^attachment; filename="[\w-]+\.zip"$/),
    })
    const files = await unzipped(archive)
    const role = await call<Role>('getPotentialRole', 200, 'Role', ofRole())
    const held = await call<Entitlement[]>('getEntitlementsPotentialRole', 200, 'Entitlement[]', ofRole())
    const column = (name: string, at: string) =>
      parse(files[name] ?? '', { columns: true }).map((row) => (row as Record<string, string>)[at] ?? '')
    expect(column('identities.csv', 'id')).toEqual(role.identityIds)
    expect(column('entitlements.csv', 'id').sort()).toEqual(held.map(({ entitlementRef }) => entitlementRef.id).sort())
    const gains = held.reduce((sum, { identityCount }) => sum + role.identityCount - identityCount, 0)
    expect(column('changes.csv', 'change')).toEqual(Array(gains).fill('gain'))
  })

  test('a role is provisioned once, and the session is recalculated after a patch', async () => {
    const owner = platform.organisation.identities[0]?.id
    const provision = { roleName: `Made through ${version}`, ownerId: owner, includeIdentities: true }
    const asked = await call<Summary>('createPotentialRoleProvisionRequest', 202, 'Summary', {
      ...ofRole(),
      minEntitlementPopularity: 50,
      includeCommonAccess: false,
      [client.bodies.provision]: provision,
    })
    expect(asked.provisionState).toBe('PENDING')
    await platform.settled()
    const made = await call<Role>('getPotentialRole', 200, 'Role', ofRole())
    expect(made).toMatchObject({ provisionState: 'COMPLETE', roleId: expect.any(String) })

    const operations = [
      { op: 'replace', path: '/pruneThreshold', value: '83' },
      { op: 'add', path: '/name', value: 'RM Session - 07/10/22' },
    ]
    const patched = await call<Session>('patchRoleMiningSession', 202, 'Session', {
      sessionId,
      [client.bodies.patch]: operations,
    })
    expect(patched).toMatchObject({ pruneThreshold: 83, name: 'RM Session - 07/10/22', status: { state: 'UPDATED' } })
    await platform.settled()
    // A saved and provisioned role stays through every calculation.
    expect(await call('getRoleMiningPotentialRole', 200, 'Role', { potentialRoleId })).toMatchObject({
      id: potentialRoleId,
      saved: true,
      provisionState: 'COMPLETE',
    })
  })
})

/** The request that the client reports to have sent, and its response. */
function observeAnswer({ config, data }: ClientAnswer): void {
  const { pathname, search } = new URL(config.url)
  observeExchange(config.method.toUpperCase(), pathname + search, config.data && JSON.parse(config.data), data, true)
}

interface ClientAnswer {
  readonly status: number
  readonly data: unknown
  readonly headers: object
  readonly config: { readonly method: string; readonly url: string; readonly data?: string }
}

interface Session {
  readonly id: string
  readonly potentialRoleCount: number
  readonly potentialRolesReadyCount: number
  readonly identityCount: number
}
interface Summary {
  readonly id: string
  readonly quality: number
  readonly identityCount: number
  readonly provisionState: string
  readonly session: { readonly id: string }
}
interface Role extends Summary {
  readonly entitlementCount: number
  readonly identityIds: string[]
  readonly excludedEntitlements: string[]
}
interface Entitlement {
  readonly name: string
  readonly identityCount: number
  readonly sourceId: string
  readonly entitlementRef: { readonly id: string }
}
interface Export {
  readonly exportId: string
  readonly status: string
}
