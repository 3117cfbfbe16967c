import { ProfileDriftService } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { ExploreService } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { CoverageService } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { createClient } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt, goToScreen } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { shown } from './shown.ts'
import { tick, untick } from './tick.ts'

/** Tests for Explore, and for the rules of profiles. */
export function testExploreAndRules({ platform, open, openOnes, acceptedProfile, toast }: ConsoleUnderTest): void {
  const transport = async () => grpc(platform().baseUrl, await platform().token('admin'))

  test('attributes are ranked by the access that they explain, with links to a value, its people and their shared access', async () => {
    const { page } = await open()
    const { attributes } = await createClient(CoverageService, await transport()).rankAttributes({})
    await goToScreen(page, 'Explore')
    const rows = page.getByRole('table', { name: 'Attributes' }).getByRole('row')
    await shown(rows.nth(1))
    const best = attributes[0]?.attribute.replaceAll('_', ' ') ?? ''
    await expect.poll(() => rows.nth(1).getByRole('rowheader').textContent()).toBe(best)
    await page.getByRole('link', { name: 'department', exact: true }).click()
    await page
      .getByRole('link', { name: /^Engineering \d+ people$/ })
      .first()
      .click()
    await shown(page.getByText(/^\d+ people\. .* chosen entitlements/))
    await expect.poll(() => new URL(page.url()).searchParams.get('who')).toBe('department:Engineering')
  })

  test('the cut-off is a look-up: its effect is shown without a call, by slider and by key, and is in the address', async () => {
    const { page } = await open()
    const conditions = [{ attribute: 'department', values: ['Engineering'] }]
    const cohort = await createClient(ExploreService, await transport()).describeCohort({ conditions })
    await page.goto(`${platform().baseUrl}/explore?who=department:Engineering`)
    const effect = page.getByRole('region', { name: 'What it changes' })
    await shown(effect)
    const calls: string[] = []
    page.on('request', (request) => {
      if (/\/(DescribeCohort|EvaluateSelection)$/.test(request.url())) calls.push(request.url())
    })
    const slider = page.getByRole('slider')
    for (const cut of [80, 100, 35, 5]) {
      await slider.fill(String(cut))
      const step = cohort.steps.findLast(({ holderCount }) => holderCount * 100 >= cut * cohort.cohortSize)
      await shown(effect.getByText(`${step?.entitlementCount ?? 0} entitlement`))
      if (step !== undefined) await shown(effect.getByText(`${Number(step.gainCount).toLocaleString('en')} gain`))
    }
    await page.locator('h1').click()
    for (const key of ['.', '.', ',', '>']) await page.keyboard.press(key)
    await expect.poll(() => slider.inputValue()).toBe('11')
    await expect.poll(() => new URL(page.url()).searchParams.get('cut')).toBe('11')
    expect(calls).toEqual([])
  })

  test('an entitlement is left out of a selection, the whole effect is counted, and the selection is saved as a draft', async () => {
    const { page } = await open()
    const explore = createClient(ExploreService, await transport())
    const conditions = [{ attribute: 'department', values: ['Engineering'] }]
    const { entitlements, steps, cohortSize } = await explore.describeCohort({ conditions })
    const count = steps.findLast(({ holderCount }) => holderCount * 100 >= 50 * cohortSize)?.entitlementCount ?? 0
    const [first, ...others] = entitlements.slice(0, count)
    const rest = others.map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId }))
    const without = await explore.evaluateSelection({ conditions, entitlements: rest })
    await page.goto(`${platform().baseUrl}/explore?who=department:Engineering&cut=50`)
    await untick(page.getByRole('checkbox', { name: `Give ${first?.displayName}`, exact: true }))
    const effect = page.getByRole('region', { name: 'What it changes' })
    await shown(effect.getByText(`${without.peopleWithAllCount} of ${cohortSize}`))
    await shown(effect.getByText(`${Number(without.gainCount).toLocaleString('en')} gain`))
    await page.reload()
    await shown(effect.getByText(`${count - 1} entitlement`))
    await page.getByRole('button', { name: 'Save as a draft' }).click()
    await shown(page.getByRole('heading', { name: 'Engineering', level: 1 }))
    await shown(page.getByText(new RegExp(`^${cohortSize} people, ${count - 1} entitlements?\\.`)))
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await page.keyboard.press('u')
    await shown(toast(page).getByText('The draft is deleted'))
  })

  test('a department of four without results and conditions without people show the reason, with a button that helps', async () => {
    const { page } = await open()
    await page.goto(`${platform().baseUrl}/explore?who=department:Enginering`)
    await shown(page.getByText('Nobody has department Enginering.'))
    await page.getByRole('button', { name: 'Use it' }).click()
    await shown(page.getByText(/^\d+ people\./))
    const { conditions } = await createClient(ExploreService, await transport()).searchConditions({})
    const small = conditions.find(({ peopleCount }) => peopleCount < 5 && peopleCount > 1) ?? conditions.at(-1)
    const who = encodeURIComponent(`${small?.attribute}:${encodeURIComponent(small?.value ?? '')}`)
    await page.goto(`${platform().baseUrl}/explore?who=${who}&tab=why`)
    await shown(page.getByRole('region', { name: /^Why an analysis/ }).getByRole('listitem'))
  })

  test('a condition is found by typing a part of it, and Backspace removes the last one', async () => {
    const { page } = await open()
    await page.goto(`${platform().baseUrl}/explore`)
    const field = page.getByRole('combobox', { name: 'Add a condition' })
    await field.fill('engineeri')
    await shown(page.getByRole('option', { name: /Engineering/ }))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).searchParams.get('who')).toContain('Engineering')
    await shown(page.getByRole('region', { name: 'What it changes' }))
    await field.focus()
    await page.keyboard.press('Backspace')
    await shown(page.getByRole('table', { name: 'Attributes' }))
  })

  test('a rule is checked while the user types, tried before it is saved, and undone', async () => {
    const { page } = await open()
    const [{ id = '' } = {}] = await openOnes()
    const accessProfileId = await acceptedProfile(id)
    const profiles = createClient(ProfileService, await transport())
    const before = await profiles.getAccessProfile({ accessProfileId })
    await page.goto(`${platform().baseUrl}/access-profiles/${accessProfileId}`)
    await page.getByRole('button', { name: 'Change the rule…' }).click()
    const field = page.getByRole('textbox', { name: 'Rule (CEL over subject)' })
    await field.fill('subject.departement == "Engineering"')
    await shown(page.getByText('Line 1, column 9: No such key: departement. Did you mean department?'))
    await expect.poll(() => page.getByRole('button', { name: 'Save the rule' }).isDisabled()).toBe(true)
    const rule = 'subject.department == "Engineering"'
    await page.reload()
    await shown(field)
    await expect.poll(() => field.inputValue()).toContain('departement')
    await field.fill(rule)
    await page.getByRole('button', { name: 'Try it' }).click()
    const { joining, leaving } = await profiles.previewMembership({ accessProfileId, celExpression: rule })
    const dryRun = page.getByRole('region', { name: 'What the rule would do' })
    await shown(dryRun.getByText(`Who joins (${joining?.count})`))
    await shown(dryRun.getByText(`Who leaves (${leaving?.count})`))
    for (const [direction, group] of [
      ['joins', joining],
      ['leaves', leaving],
    ] as const) {
      if (group === undefined || group.count === 0) continue
      await tick(dryRun.getByRole('radio', { name: new RegExp(`^Who ${direction} `) }))
      await expect.poll(() => dryRun.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(group.count + 1))
    }
    expect((await profiles.getAccessProfile({ accessProfileId })).celExpression).toBe(before.celExpression)

    await profiles.updateAccessProfile({
      accessProfile: { id: accessProfileId, description: 'Of somebody else' },
      updateMask: { paths: ['description'] },
    })
    await page.getByRole('button', { name: 'Save the rule' }).click()
    await shown(page.getByText('Another user has changed this profile'))
    await expect.poll(() => field.inputValue()).toBe(rule)
    await page.getByRole('button', { name: 'Load the new profile, and keep mine to save again' }).click()
    await page.getByRole('button', { name: 'Save the rule' }).click()
    await shown(toast(page).getByText('The rule is saved'))
    expect(await profiles.getAccessProfile({ accessProfileId })).toMatchObject({
      celExpression: rule,
      description: 'Of somebody else',
    })
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await expect
      .poll(async () => (await profiles.getAccessProfile({ accessProfileId })).celExpression)
      .toBe(before.celExpression)
    await profiles.deleteAccessProfile({ accessProfileId })
  })

  test('a profile shows how it differs from the data, and the changes that wait are approved and declined by name', async () => {
    const { page } = await open()
    const conditions = [{ attribute: 'department', values: ['Engineering'] }]
    const { entitlements } = await createClient(ExploreService, await transport()).describeCohort({ conditions })
    const profiles = createClient(ProfileService, await transport())
    const { id: accessProfileId } = await profiles.createAccessProfile({
      accessProfile: {
        displayName: 'Waits for decisions',
        celExpression: 'subject.department == "Engineering"',
        automationEnabled: true,
        createTasks: true,
      },
      entitlements: entitlements
        .slice(0, 30)
        .map(({ applicationId, entitlementId }) => ({ applicationId, entitlementId })),
    })
    const { pendingTaskCount } = await profiles.getAccessProfile({ accessProfileId })
    const { pendingTasks } = await profiles.listPendingTasks({ accessProfileId, pageSize: 100 })
    const [first, second] = pendingTasks
    await page.goto(`${platform().baseUrl}/access-profiles/${accessProfileId}`)
    const drift = page.getByRole('region', { name: 'Profile and data' })
    await shown(drift.getByText('No enabled person is a member, so there is nothing to compare.'))
    const tasks = page.getByRole('region', { name: 'Changes that wait for a decision' })
    await tasks
      .getByRole('button', { name: `Approve: ${first?.identityDisplayName}`, exact: true })
      .first()
      .click()
    await shown(toast(page).getByText(`Approved for ${first?.identityDisplayName}.`))
    await shown(page.getByText(/^1 member, /))
    await shown(drift.getByText(/^(Every member holds all|1 of 1 member lacks)/))
    await tasks
      .getByRole('button', { name: `Decline: ${second?.identityDisplayName}`, exact: true })
      .first()
      .click()
    await shown(toast(page).getByText(`Declined for ${second?.identityDisplayName}`))
    await shown(page.getByText(new RegExp(`${pendingTaskCount - 2} tasks? waits? for a decision`)))
    const { members } = await profiles.listAccessProfileMembers({ accessProfileId })
    expect(members.map(({ identityId }) => identityId)).toEqual([first?.identityId])

    const difference = await createClient(ProfileDriftService, await transport()).getProfileDrift({ accessProfileId })
    await page.reload()
    const lacking = Number(difference.lackingMemberCount)
    await shown(drift.getByText(lacking === 0 ? /^Every member holds all/ : /^1 of 1 members? lacks? some/))
    if (difference.outsideHolderCount > 0)
      await drift.getByText(`People outside who hold all of its access (${difference.outsideHolderCount})`).click()
    expect([...(await faultsAt(page, 'a profile with changes that wait')), ...complaintsOf(page)]).toEqual([])
    await profiles.deleteAccessProfile({ accessProfileId })
  })

  test('Enter follows the link in the row of a list, and Tab reaches the links outside of lists', async () => {
    const { page } = await open()
    const conditions = [{ attribute: 'department', values: ['Engineering'] }]
    const { entitlements } = await createClient(ExploreService, await transport()).describeCohort({ conditions })
    const [first] = entitlements
    const profiles = createClient(ProfileService, await transport())
    const { id: accessProfileId } = await profiles.createAccessProfile({
      accessProfile: { displayName: 'By keyboard' },
      entitlements: [{ applicationId: first?.applicationId ?? '', entitlementId: first?.entitlementId ?? '' }],
    })
    await page.goto(`${platform().baseUrl}/access-profiles/${accessProfileId}`)
    const grid = page.getByRole('grid', { name: 'What it gives' })
    await shown(grid.getByText(first?.displayName ?? ''))
    await expect.poll(() => grid.locator('a').first().getAttribute('tabindex')).toBe('-1')
    await grid.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => decodeURIComponent(new URL(page.url()).pathname)).toContain(`/${first?.entitlementId}`)
    await profiles.deleteAccessProfile({ accessProfileId })

    await page.goto(`${platform().baseUrl}/explore?who=department:Engineering&tab=why`)
    const link = page.getByRole('region', { name: /^Why an analysis/ }).locator('li a.grid-name')
    await shown(link)
    await expect.poll(() => link.first().getAttribute('tabindex')).toBeNull()
  })
}
