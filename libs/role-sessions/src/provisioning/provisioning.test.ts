import { DomainError, unavailable } from '@assay/errors'
import { attemptOnce } from '@assay/jobs/testing'
import { addProfileMembers, createAccessProfile, listAccessProfiles } from '@assay/profiles'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { editEntitlements } from '../potential-roles/edit-entitlements.ts'
import { getPotentialRole } from '../potential-roles/get-role.ts'
import { insertOrganisation, insertRole, insertSession } from '../testing-roles.ts'
import { type ProvisionTools, provisionWork, type WantedProfile } from './provision-work.ts'
import { type ProvisionRequest, requestProvision } from './request-provision.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database
const tenantId = await db.tenantId()
await insertOrganisation(sql, tenantId)

const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(sql, tenantId, work)
const session = await within((scoped) => insertSession(scoped, tenantId))
const newRole = () => within((scoped) => insertRole(scoped, tenantId, session, { name: 'Clerks' }))

const plain: ProvisionRequest = {
  name: undefined,
  description: undefined,
  ownerId: undefined,
  includeIdentities: false,
  requestedBy: 'i5',
  minEntitlementPopularity: 0,
  includeCommonAccess: true,
}
const enqueued: object[] = []
const jobs = { enqueue: async (_: unknown, __: unknown, payload: object) => enqueued.push(payload) > 0 }
const ask = (id: string, request: Partial<ProvisionRequest> = {}) =>
  within((scoped) => requestProvision(scoped, jobs, tenantId, { id }, { ...plain, ...request }))
const stateOf = (id: string) => within((scoped) => getPotentialRole(scoped, { id }))

const made: WantedProfile[] = []
const tools: ProvisionTools = {
  sql,
  makeProfile: (_, profile) => {
    made.push(profile)
    return within(async (scoped) => {
      const { requestedBy: createdBy, name: displayName, description, ownerId, entitlements, requestId } = profile
      const init = { createdBy, displayName, description, ownerId, entitlements, requestId }
      const { id } = await createAccessProfile(scoped, tenantId, init)
      if (profile.memberIds.length > 0) await addProfileMembers(scoped, tenantId, id, profile.memberIds)
      return id
    })
  },
}
const run = (potentialRoleId: string, using = tools) => attemptOnce(provisionWork(using), { tenantId, potentialRoleId })

test('a role becomes an access profile once, however often its job runs', async () => {
  const id = await newRole()
  await ask(id, { description: 'Who sells', ownerId: 'i2', includeIdentities: true, minEntitlementPopularity: 80 })
  expect(enqueued.at(-1)).toEqual({ tenantId, potentialRoleId: id })
  expect(await stateOf(id)).toMatchObject({ provisionState: 'PENDING', roleId: null })
  // The first worker made the profile and was killed before it recorded that.
  await run(id)
  await within(
    (scoped) => scoped`update potential_roles set provision_state = 'PENDING', role_id = null where id = ${id}`,
  )
  await run(id)
  const { provisionState, roleId } = await stateOf(id)
  const { profiles } = await within((scoped) => listAccessProfiles(scoped, { size: 100 }))
  expect(provisionState).toBe('COMPLETE')
  expect(profiles.map((profile) => profile.id)).toEqual([roleId])
  expect(profiles[0]).toMatchObject({
    displayName: 'Clerks',
    description: 'Who sells',
    ownerId: 'i2',
    createdBy: 'i5',
    memberCount: 5,
    entitlementCount: 3,
  })
  const before = made.length
  await run(id)
  expect(made).toHaveLength(before)
  await expect(ask(id)).rejects.toMatchObject({
    kind: 'failed_precondition',
    message: expect.stringContaining(`has become ${roleId} already`),
  })
})

test('the profile that was made from a role makes that role no less new, and others do', async () => {
  const other = await db.tenantId()
  await insertOrganisation(sql, other)
  const inOther = <T>(work: (scoped: TenantSql) => Promise<T>) => inTenant(sql, other, work)
  const [id, twin] = await inOther(async (scoped) => {
    const session = await insertSession(scoped, other)
    return [await insertRole(scoped, other, session), await insertRole(scoped, other, session)] as const
  })
  const figures = async (of: string) => {
    const { freshness, quality } = await inOther((scoped) => getPotentialRole(scoped, { id: of }))
    return [freshness, quality]
  }
  const outAndIn = async (of: string) => {
    for (const exclude of [true, false]) {
      await inOther((scoped) => editEntitlements(scoped, { id: of }, { ids: ['crm-write'], exclude }))
    }
  }
  await outAndIn(id)
  const before = await figures(id)
  await inOther((scoped) => requestProvision(scoped, jobs, other, { id }, plain))
  await attemptOnce(
    provisionWork({
      ...tools,
      makeProfile: (_, { name: displayName, requestedBy: createdBy, entitlements, requestId }) =>
        inOther(async (scoped) => {
          const init = { createdBy, displayName, description: '', entitlements, requestId }
          return (await createAccessProfile(scoped, other, init)).id
        }),
    }),
    { tenantId: other, potentialRoleId: id },
  )
  await outAndIn(id)
  expect(await figures(id)).toEqual(before)
  // For all other roles it counts like any profile.
  await outAndIn(twin)
  expect((await figures(twin))[0]).toBeLessThan(before[0]!)
})

test('what was asked for decides name, entitlements and members', async () => {
  const id = await newRole()
  await ask(id, { name: ' Sellers ', includeCommonAccess: false })
  await expect(ask(id)).rejects.toThrow('is being provisioned already')
  await run(id)
  expect(made.at(-1)).toMatchObject({
    name: 'Sellers',
    memberIds: [],
    entitlements: [
      { applicationId: 'crm', entitlementId: 'crm-read' },
      { applicationId: 'mail', entitlementId: 'mailbox' },
      { applicationId: 'crm', entitlementId: 'crm-write' },
    ],
  })
})

test('a refusal ends as FAILED and may be asked for again; what may pass is tried again', async () => {
  const id = await newRole()
  await ask(id)
  const away = { ...tools, makeProfile: () => Promise.reject(unavailable('away')) }
  await expect(run(id, away)).rejects.toThrow('away')
  expect(await stateOf(id)).toMatchObject({ provisionState: 'PENDING' })
  const refusing = { ...tools, makeProfile: () => Promise.reject(new DomainError('invalid_argument', 'no')) }
  await run(id, refusing)
  expect(await stateOf(id)).toMatchObject({ provisionState: 'FAILED', roleId: null })
  await ask(id)
  await run(id)
  expect(await stateOf(id)).toMatchObject({ provisionState: 'COMPLETE' })
})

test.each<[Partial<ProvisionRequest>, string]>([
  [{ ownerId: 'nobody' }, 'owner_id: nobody has the id "nobody"'],
  [{ minEntitlementPopularity: 101 }, 'min_entitlement_popularity: must be a whole number from 0 to 100'],
  [{ name: 'x'.repeat(257) }, 'roleName: must have at most 256 characters'],
  [{ description: 'x'.repeat(4097) }, 'roleDescription: must have at most 4096 characters'],
])('%j is refused, and nothing changes', async (request, message) => {
  const id = await newRole()
  const before = enqueued.length
  await expect(ask(id, request)).rejects.toThrow(message)
  expect(await stateOf(id)).toMatchObject({ provisionState: 'POTENTIAL' })
  expect(enqueued).toHaveLength(before)
})
