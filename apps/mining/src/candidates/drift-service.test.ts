import {
  ProfileDriftService,
  DriftRemoval_Reason as Reason,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { addProfileMembers, applyMembership, createAccessProfile } from '@assay/profiles'
import { inTenant } from '@assay/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { profileDriftService } from './drift-service.ts'

let running: TestService
let tenantId: number
const profiles: Record<string, string> = {}
const people = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i + 1}`)
const sellers = people('S', 10)
const others = people('O', 20)

beforeAll(async () => {
  running = await startTestService((router, service) =>
    router.service(ProfileDriftService, profileDriftService(service)),
  )
  tenantId = await running.database.tenantId('sample')
  const { sql } = running.database.database
  const grants = [
    // Nine of ten hold read, which the profile gives. All hold write, which the profile lacks; half of them hold call.
    ...sellers.slice(0, 9).map((id) => `${id},crm,read,2025-09-01`),
    ...sellers.map((id) => `${id},crm,write,2025-09-01`),
    ...sellers.slice(0, 5).map((id) => `${id},crm,call,`),
    // All hold the report, which none has used for a long time.
    ...sellers.map((id) => `${id},crm,report,2025-01-01`),
    ...[...sellers, ...others].map((id) => `${id},mail,box,2025-09-01`),
    ...['read', 'report', 'old'].map((entitlement) => `O1,crm,${entitlement},2025-09-01`),
  ]
  const identities = [...sellers.map((id) => `${id},Sales`), ...others.map((id) => `${id},Other`)]
  await importFiles(sql, tenantId, {
    'identities.csv': `id,department\n${identities.join('\n')}\n`,
    'grants.csv': `identity_id,application_id,entitlement_id,last_used_at\n${grants.join('\n')}\n`,
  })
  const crm = (...ids: string[]) => ids.map((entitlementId) => ({ applicationId: 'crm', entitlementId }))
  await inTenant(sql, tenantId, async (scoped) => {
    const make = async (displayName: string, given: ReturnType<typeof crm>, rule = '') => {
      const init = {
        displayName,
        createdBy: 'test',
        entitlements: given,
        celExpression: rule,
        enableAutomation: rule !== '',
      }
      profiles[displayName] = (await createAccessProfile(scoped, tenantId, init)).id
      return profiles[displayName]
    }
    await addProfileMembers(scoped, tenantId, await make('Sellers', crm('read', 'report', 'old')), sellers)
    await make('Whalers', crm('read'), 'subject.department == "Whaling"')
  })
  await applyMembership(sql, tenantId)
})
afterAll(() => running?.stop())

const drift = () => running.client(ProfileDriftService, tenantId)

test('additions by band, removals with their reason, who holds it outside and who lacks something', async () => {
  const found = await drift().getProfileDrift({ accessProfileId: profiles.Sellers! })
  expect(found).toMatchObject({
    peopleCount: 10,
    entitlementCount: 3,
    goneEntitlementCount: 0,
    ruleMatchesNobody: false,
  })
  expect(found.additions.map((one) => [one.entitlementId, one.holderCount, one.bandPercent])).toEqual([
    ['write', 10, 80],
    ['call', 5, 50],
  ])
  expect([found.additionsOfMost, found.additionsOfHalf]).toEqual([1, 1])
  expect(found.removals.map((one) => [one.entitlementId, one.reason, one.holderCount])).toEqual([
    ['report', Reason.NOT_USED, 10],
    ['old', Reason.NOT_HELD, 0],
  ])
  expect(found.outsideHolders.map(({ identityId }) => identityId)).toEqual(['O1'])
  // All ten lack an entitlement of the profile that none of them holds; one of them also lacks read.
  expect([found.lackingMemberCount, found.lackingCount]).toEqual([10, 11n])
  expect(found.lackingMembers.at(-1)).toMatchObject({ identityId: 'S10', lackingCount: 2 })
})

test('a rule that matches nobody is told, and profiles are listed by name and page', async () => {
  const first = await drift().listProfileDrift({ pageSize: 1 })
  const second = await drift().listProfileDrift({ pageSize: 1, pageToken: first.nextPageToken })
  expect([...first.profiles, ...second.profiles].map((one) => [one.displayName, one.ruleMatchesNobody])).toEqual([
    ['Sellers', false],
    ['Whalers', true],
  ])
  expect(second.nextPageToken).toBe('')
})

test('a profile whose rule is paused says so, beside the members that it still has', async () => {
  const { sql } = running.database.database
  const id = await inTenant(sql, tenantId, async (scoped) => {
    const init = { displayName: 'All', createdBy: 'test', celExpression: 'subject.department != "Whaling"' }
    const made = await createAccessProfile(scoped, tenantId, {
      ...init,
      entitlements: [{ applicationId: 'mail', entitlementId: 'box' }],
      enableAutomation: true,
    })
    return made.id
  })
  await applyMembership(sql, tenantId)
  expect(await drift().getProfileDrift({ accessProfileId: id })).toMatchObject({ peopleCount: 30, rulePaused: false })
  await inTenant(
    sql,
    tenantId,
    (scoped) => scoped`update access_profiles set automation_paused_at = now() where id = ${id}`,
  )
  expect(await drift().getProfileDrift({ accessProfileId: id })).toMatchObject({
    peopleCount: 30,
    ruleMatchesNobody: false,
    rulePaused: true,
  })
})

test('what belongs to another tenant does not exist', async () => {
  const stranger = running.client(ProfileDriftService, await running.database.tenantId('stranger'))
  expect((await stranger.listProfileDrift({})).profiles).toEqual([])
  for (const accessProfileId of [profiles.Sellers!, 'no-id'])
    expect(await failureOf(stranger.getProfileDrift({ accessProfileId }))).toMatch(/^NotFound/)
})
