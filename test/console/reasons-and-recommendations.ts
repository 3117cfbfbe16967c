import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { RecommendationService, RecommendationState } from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { type Client, createClient } from '@connectrpc/connect'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'

/** Tests for the reasons why people hold access, and for the access that they probably lack. */
export function testReasonsAndRecommendations({ platform, open, openOnes }: ConsoleUnderTest): void {
  test('a person: why they hold an entitlement, what they probably lack and why, also for a group of people and for an entitlement', async () => {
    const { page } = await open()
    const transport = grpc(platform().baseUrl, await platform().token('role-miner'))
    const reasons = createClient(WhyService, transport)
    const recommendations = createClient(RecommendationService, transport)
    const [candidate] = await openOnes()
    const { people } = await createClient(InboxService, transport).listInboxPeople({
      candidateId: candidate?.id ?? '',
      pageSize: 50,
    })
    const { identityId, own } = await somebodyWhoLacks(recommendations, people)
    const { grants } = await createClient(DirectoryService, transport).listEffectiveGrants({ identityId, pageSize: 1 })
    const { applicationId = '', entitlementId = '', entitlementDisplayName = '' } = grants[0] ?? {}
    const { sentences } = await reasons.explainHolding({ identityId, entitlement: { applicationId, entitlementId } })
    expect(sentences.length).toBeGreaterThan(0)

    await page.goto(`${platform().baseUrl}/people/${encodeURIComponent(identityId)}`)
    const grid = page.getByRole('grid', { name: 'What they have' })
    await shown(grid.getByText(entitlementDisplayName))
    // By keys: the first row, and w.
    await grid.focus()
    await page.keyboard.press('w')
    const why = page.getByRole('region', { name: 'Why they have it, or not' })
    await shown(why.getByRole('link', { name: entitlementDisplayName }))
    await shown(why.getByText(grants[0]?.direct ? 'assigned' : 'through'))
    for (const sentence of sentences) await shown(why.getByText(sentence))
    const found = await faultsAt(page, 'why a person has something')
    // The address has the question.
    await page.reload()
    for (const sentence of sentences) await shown(why.getByText(sentence))
    await why.getByRole('link', { name: 'Close' }).click()
    await gone(why)

    await page.getByRole('link', { name: 'Look for it' }).click()
    const lacking = page.getByRole('region', { name: 'What they probably lack' })
    await shown(lacking.getByRole('link', { name: own.entitlement?.displayName ?? '', exact: true }))
    await shown(lacking.getByText(own.reasons[0] ?? ''))
    found.push(...(await faultsAt(page, 'what a person probably lacks')))
    await lacking.getByRole('link', { name: /^Why / }).first().click()
    await shown(why.getByText('They do not have it.'))

    const filters = [{ attribute: 'department', values: ['Engineering'] }]
    const shared = (await recommendations.recommendForCohort({ filters })).recommendations[0]
    await page.goto(`${platform().baseUrl}/explore?who=department:Engineering`)
    await shown(page.getByRole('region', { name: 'What it changes' }))
    await page.locator('h1').click()
    await page.keyboard.press('5')
    const ofGroup = page.getByRole('region', { name: 'What others of them probably lack' })
    await shown(ofGroup.getByRole('link', { name: shared?.entitlement?.displayName ?? '', exact: true }))
    await shown(ofGroup.getByText(/^held by \d+ of/))
    await expect.poll(() => new URL(page.url()).searchParams.get('tab')).toBe('lacking')
    found.push(...(await faultsAt(page, 'what a group of people probably lacks')))

    found.push(...(await whyAnEntitlement(page, reasons, applicationId, entitlementId, platform().baseUrl)))
    expect(found).toEqual([])
    expect(complaintsOf(page)).toEqual([])
  })
}

/** The first of some people who probably lacks something, and the likeliest of it. */
async function somebodyWhoLacks(
  recommendations: Client<typeof RecommendationService>,
  people: readonly { readonly identityId: string }[],
) {
  for (const { identityId } of people) {
    const answer = () => recommendations.recommendForIdentity({ identityId })
    await expect.poll(async () => (await answer()).state).toBe(RecommendationState.READY)
    const [own] = (await answer()).recommendations
    if (own !== undefined && own.probability > 0.05) return { identityId, own }
  }
  throw new Error('None of these people probably lacks something')
}

/** @returns what axe finds */
async function whyAnEntitlement(
  page: Page,
  reasons: Client<typeof WhyService>,
  applicationId: string,
  entitlementId: string,
  baseUrl: string,
): Promise<string[]> {
  const { sentences } = await reasons.explainEntitlement({ entitlement: { applicationId, entitlementId } })
  expect(sentences.length).toBeGreaterThan(0)
  await page.goto(`${baseUrl}/entitlements/${encodeURIComponent(applicationId)}/${encodeURIComponent(entitlementId)}`)
  const why = page.getByRole('region', { name: 'Why an analysis proposes it, or does not' })
  await why.getByRole('link', { name: 'Find out' }).click()
  for (const sentence of sentences) await shown(why.getByText(sentence))
  return await faultsAt(page, 'why an entitlement is proposed')
}
