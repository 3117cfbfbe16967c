import { expect, test } from 'vitest'
import { faultsOf } from '../answer-schemas.ts'
import type { Prepared } from '../prepared.ts'

/** The ids for a call. */
interface Ids {
  readonly session: string
  readonly role: string
  readonly source: string
  readonly export: string
}

interface Operation {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** The path after `/beta`. */
  readonly path: (ids: Ids) => string
  /** A valid request for a permitted caller. */
  readonly body?: unknown
}

const sessions = '/role-mining-sessions'
const roles = '/role-mining-potential-roles'
const summary = (rest: string) => (ids: Ids) => `${sessions}/${ids.session}/potential-role-summaries/${ids.role}${rest}`
const ofRole = (rest: string) => (ids: Ids) => `${sessions}/${ids.session}/potential-roles/${ids.role}${rest}`
const rename = [{ op: 'replace', path: '/name', value: 'Renamed by a stranger' }]

/** Contract section 5, in its order. An operation reads only the ids in its `path`. */
const operations: readonly Operation[] = [
  { name: 'createRoleMiningSessions', method: 'POST', path: () => sessions, body: {} },
  { name: 'getRoleMiningSessions', method: 'GET', path: () => sessions },
  { name: 'getRoleMiningSession', method: 'GET', path: ({ session }) => `${sessions}/${session}` },
  { name: 'patchRoleMiningSession', method: 'PATCH', path: ({ session }) => `${sessions}/${session}`, body: rename },
  { name: 'getRoleMiningSessionStatus', method: 'GET', path: ({ session }) => `${sessions}/${session}/status` },
  {
    name: 'getPotentialRoleSummaries',
    method: 'GET',
    path: ({ session }) => `${sessions}/${session}/potential-role-summaries`,
  },
  { name: 'getPotentialRole', method: 'GET', path: summary('') },
  { name: 'patchPotentialRoleSession', method: 'PATCH', path: summary(''), body: rename },
  { name: 'getPotentialRoleApplications', method: 'GET', path: summary('/applications') },
  { name: 'getPotentialRoleEntitlements', method: 'GET', path: summary('/entitlements') },
  { name: 'getEntitlementsPotentialRole', method: 'GET', path: ofRole('/entitlement-popularities') },
  {
    name: 'getEntitlementDistributionPotentialRole',
    method: 'GET',
    path: ofRole('/entitlement-popularity-distribution'),
  },
  { name: 'getExcludedEntitlementsPotentialRole', method: 'GET', path: ofRole('/excluded-entitlements') },
  {
    name: 'updateEntitlementsPotentialRole',
    method: 'POST',
    path: ofRole('/edit-entitlements'),
    body: { ids: [], exclude: true },
  },
  { name: 'getIdentitiesPotentialRole', method: 'GET', path: ofRole('/identities') },
  { name: 'exportRoleMiningPotentialRole', method: 'GET', path: ofRole('/export') },
  { name: 'exportRoleMiningPotentialRoleAsync', method: 'POST', path: ofRole('/export-async'), body: {} },
  {
    name: 'exportRoleMiningPotentialRoleStatus',
    method: 'GET',
    path: (ids) => ofRole(`/export-async/${ids.export}`)(ids),
  },
  {
    name: 'downloadRoleMiningPotentialRoleZip',
    method: 'GET',
    path: (ids) => ofRole(`/export-async/${ids.export}/download`)(ids),
  },
  { name: 'createPotentialRoleProvisionRequest', method: 'POST', path: ofRole('/provision'), body: {} },
  { name: 'getAllPotentialRoleSummaries', method: 'GET', path: () => roles },
  { name: 'getSavedPotentialRoles', method: 'GET', path: () => `${roles}/saved` },
  { name: 'getRoleMiningPotentialRole', method: 'GET', path: ({ role }) => `${roles}/${role}` },
  { name: 'patchRoleMiningPotentialRole', method: 'PATCH', path: ({ role }) => `${roles}/${role}`, body: rename },
  {
    name: 'getPotentialRoleSourceIdentityUsage',
    method: 'GET',
    path: ({ role, source }) => `${roles}/${role}/sources/${source}/identityUsage`,
  },
]

const marks: Ids = { session: '<session>', role: '<role>', source: '<source>', export: '<export>' }
const names = (id: keyof Ids) => operations.filter(({ path }) => path(marks).includes(marks[id]))
const writes = operations.filter(({ method }) => method !== 'GET')

/** Tests who may make each of the 25 calls (contract section 5, last column), and that no client reaches data of another tenant. */
export function testAccess(prepared: () => Prepared): void {
  const own = async (): Promise<Ids> => {
    const { sessionId, roleId, sourceId, send } = prepared()
    const path = `/beta${ofRole('/export-async')({ ...marks, session: sessionId, role: roleId })}`
    const { json } = await send(`POST ${path}`, { body: {} })
    await prepared().platform.settled()
    return { session: sessionId, role: roleId, source: sourceId, export: (json as { exportId: string }).exportId }
  }
  const call = ({ method, path, body }: Operation, ids: Ids, token?: string | null) => {
    const headers = method === 'PATCH' ? { 'content-type': 'application/json-patch+json' } : {}
    return prepared().send(`${method} /beta${path(ids)}`, { headers, body, ...(token !== undefined && { token }) })
  }
  const statuses = async (some: readonly Operation[], ids: Ids, token?: string | null) => {
    const answers: Record<string, number> = {}
    for (const operation of some) {
      const { status, json } = await call(operation, ids, token)
      answers[operation.name] = status
      if (status === 403 || status === 404) expect(faultsOf(json, 'Failure')).toEqual([])
    }
    return answers
  }
  const every = (some: readonly Operation[], status: number) =>
    Object.fromEntries(some.map(({ name }) => [name, status]))
  const unchanged = async (work: () => Promise<void>) => {
    const before = await prepared().fingerprint()
    await work()
    expect(await prepared().fingerprint()).toBe(before)
  }

  test('each of the 25 operations is 401 without a token', async () => {
    expect(operations).toHaveLength(25)
    const ids = await own()
    await unchanged(async () => {
      expect(await statuses(operations, ids, null)).toEqual(every(operations, 401))
    })
  })

  test('each operation is 403 without a scope of access modelling, and each write is 403 with the scope to read', async () => {
    const { platform, tokenOf } = prepared()
    const ids = await own()
    const tokenWith = async (scope: string) => tokenOf(await platform.client({ scopes: [scope] }))
    await unchanged(async () => {
      expect(await statuses(operations, ids, await tokenWith('sp:scopes:default'))).toEqual(every(operations, 403))
      expect(await statuses(writes, ids, await tokenWith('iai:access-modeling:read'))).toEqual(every(writes, 403))
    })
  })

  test('a client with a read-only role is refused each write and may make each read', async () => {
    const { platform, tokenOf } = prepared()
    const ids = await own()
    const token = await tokenOf(await platform.client({ role: 'auditor' }))
    const reads = operations.filter(({ method }) => method === 'GET')
    await unchanged(async () => {
      expect(await statuses(writes, ids, token)).toEqual(every(writes, 403))
      expect(await statuses(reads, ids, token)).toEqual(every(reads, 200))
    })
  })

  test('no operation reaches the session, role or export of another tenant', async () => {
    const { platform, tokenOf } = prepared()
    const ids = await own()
    const token = await tokenOf(await platform.client({ tenant: 'another one' }))
    const named = operations.filter(({ path }) => path(ids) !== path(marks))
    expect(named).toHaveLength(21)
    await unchanged(async () => {
      expect(await statuses(named, ids, token)).toEqual(every(named, 404))
    })
  })

  test('no operation reaches a role by another session', async () => {
    const ids = await own()
    const { json } = await prepared().send('POST /beta/role-mining-sessions', { body: { name: 'Not its own' } })
    await prepared().platform.settled()
    const ofBoth = names('session').filter((operation) => names('role').includes(operation))
    await unchanged(async () => {
      const wrong = { ...ids, session: (json as { id: string }).id }
      expect(await statuses(ofBoth, wrong)).toEqual(every(ofBoth, 404))
    })
  })

  test('no operation reaches an export by another role, and unknown ids are not found', async () => {
    const ids = await own()
    const { json } = await prepared().send(`GET /beta${sessions}/${ids.session}/potential-role-summaries`)
    const other = (json as { id: string }[]).find(({ id }) => id !== ids.role)?.id ?? ''
    expect(await statuses(names('export'), { ...ids, role: other })).toEqual(every(names('export'), 404))
    for (const id of ['session', 'role', 'source', 'export'] as const) {
      for (const nobody of ['nothing', '00000000-0000-4000-8000-000000000000']) {
        await unchanged(async () => {
          expect(await statuses(names(id), { ...ids, [id]: nobody })).toEqual(every(names(id), 404))
        })
      }
    }
  })
}
