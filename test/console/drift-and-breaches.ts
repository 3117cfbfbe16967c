import { text } from 'node:stream/consumers'
import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ProfileDriftService } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { createClient } from '@connectrpc/connect'
import type { Download } from 'playwright-core'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt, goToScreen } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { shown } from './shown.ts'

/** Tests for the drift of all profiles, and for breaches as files. */
export function testDriftAndBreaches({ platform, open, openOnes, acceptedProfile }: ConsoleUnderTest): void {
  const transport = async () => grpc(platform().baseUrl, await platform().token('admin'))

  test('the drift of all profiles is listed, and each leads to the page that names the people', async () => {
    const { page } = await open()
    const [candidate] = await openOnes()
    const accessProfileId = await acceptedProfile(candidate?.id ?? '')
    const calls = createClient(ProfileDriftService, await transport())
    const driftOf = async () => await calls.getProfileDrift({ accessProfileId })
    await expect.poll(async () => (await driftOf()).peopleCount).toBeGreaterThan(0)
    const drift = await driftOf()
    const { profiles } = await calls.listProfileDrift({ pageSize: 100 })
    await goToScreen(page, 'Changes')
    await page.getByRole('link', { name: 'Profiles and the data' }).click()
    const grid = page.getByRole('grid', { name: 'Profiles and the data' })
    const link = grid.getByRole('link', { name: drift.displayName, exact: true })
    const row = grid.getByRole('row').filter({ has: page.getByRole('link', { name: drift.displayName, exact: true }) })
    await shown(row.getByText(new RegExp(`^${drift.lackingMemberCount} of ${drift.peopleCount}\\b`)))
    await shown(page.getByText(new RegExp(`^${profiles.length} profiles?\\. `)))
    const found = await faultsAt(page, 'the drift of all profiles')
    await link.first().click()
    await shown(page.getByRole('heading', { name: drift.displayName, level: 1, exact: true }))
    await createClient(InboxService, await transport()).undoDecision({ candidateId: candidate?.id ?? '' })
    expect([...found, ...complaintsOf(page)]).toEqual([])
  })

  test('breaches are saved as files, of all policies and of one', async () => {
    const { page } = await open('admin')
    const policies = createClient(PolicyService, await transport())
    const directory = createClient(DirectoryService, await transport())
    const { identities } = await directory.listIdentities({ pageSize: 1 })
    const identityId = identities[0]?.id ?? ''
    const { grants } = await directory.listEffectiveGrants({ identityId, pageSize: 2 })
    const [first = [], second = []] = grants.map((grant) => [
      { applicationId: grant.applicationId, entitlementId: grant.entitlementId },
    ])
    const value = { first, second, severity: Severity.HIGH }
    const { id: policyId } = await policies.createPolicy({
      policy: { displayName: 'Either of both', rule: { case: 'separationOfDuties', value } },
    })
    const csvHead = 'policy_id,policy,severity,identity_id,identity,first,second,last_used_day'
    const found: string[] = []
    for (const path of ['/settings/policies', `/settings/policies/${policyId}`, '/coverage?tab=breaches']) {
      await page.goto(platform().baseUrl + path)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save as CSV' }).click()
      const file = await saved
      expect(file.suggestedFilename()).toBe('breaches.csv')
      const [head, ...lines] = (await textOf(file)).split(/\r?\n/)
      expect(head).toBe(csvHead)
      expect(lines.filter((line) => line.includes(identityId)).length).toBeGreaterThan(0)
      await shown(page.getByText('breaches.csv is saved'))
      found.push(...(await faultsAt(page, `breaches as files at ${path}`)))
    }
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save as JSON lines' }).click()
    const [line = ''] = (await textOf(await saved)).split('\n')
    expect(JSON.parse(line)).toMatchObject({ policyId, policyDisplayName: 'Either of both' })
    await policies.deletePolicy({ policyId })
    expect([...found, ...complaintsOf(page)]).toEqual([])
  })
}

async function textOf(file: Download): Promise<string> {
  return text(await file.createReadStream())
}
