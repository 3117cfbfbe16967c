import { CorrelationRule, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { createTenant } from '@assay/store'
import { type Client, createClient } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt, signedIn } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'

const people = 'id,display_name,email,department\n0001,Ana Ruiz,ana@example.org,\n0002,Ben Ode,ben@example.org,\n'
const logins = [
  'SamAccountName,Name,Mail,Enabled,MemberOf',
  'aruiz,Ana Ruiz,ana@example.org,True,"CN=vpn,OU=g"',
  'ghost,No One,,True,"CN=vpn,OU=g"',
].join('\n')

/** Tests for the accounts of a source and its deletion, in a separate tenant with two sources. */
export function testAccountsOfSources({ platform, browser, toast }: ConsoleUnderTest): void {
  test('the accounts of a source name their person and why, a link is removed and made again, and a source is deleted by its name', async () => {
    const tenant = `accounts-${process.pid}`
    await createTenant(platform().db.owner.sql, tenant)
    const sources = createClient(SourceService, grpc(platform().baseUrl, await platform().token('admin', tenant)))
    await load(sources, 'hr', 'people.csv', people)
    await load(sources, 'ad', 'ad.csv', logins)
    const linked = { sourceId: 'ad', applicationId: 'ad', accountId: 'ghost', identityId: '0002' }
    await sources.linkAccount(linked)
    const ruleOfGhost = async () =>
      (await sources.listAccounts({ sourceId: 'ad' })).accounts.find(({ id }) => id === 'ghost')?.rule
    await expect.poll(ruleOfGhost).toBe(CorrelationRule.LINK)

    const { page } = await signedIn(browser(), platform(), 'admin', tenant)
    await page.goto(`${platform().baseUrl}/data/sources/ad`)
    const grid = page.getByRole('grid', { name: 'Accounts' })
    const row = (login: string) => grid.getByRole('row').filter({ hasText: login })
    await shown(row('aruiz').getByText('the same mail address'))
    await shown(row('ghost').getByText('a user linked it'))
    const found = await faultsAt(page, 'the accounts of a source')
    // The rules made no link that could be removed.
    await gone(page.getByRole('button', { name: 'Remove the link of aruiz…' }))
    await page.getByRole('button', { name: 'Remove the link of ghost…' }).click()
    await shown(page.getByRole('dialog').getByText('The account ghost belongs to 0002'))
    await page.getByRole('button', { name: 'Keep the link' }).click()
    await gone(page.getByRole('dialog'))
    // By keys: the row of the account, and Delete.
    await grid.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: 'Remove it' }).click()
    await shown(toast(page).getByText('The link of ghost is removed'))
    await shown(row('ghost').getByText('nobody'))
    expect(await ruleOfGhost()).toBe(CorrelationRule.UNSPECIFIED)
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await shown(toast(page).getByText('ghost is linked to 0002 again'))
    await shown(row('ghost').getByText('a user linked it'))
    expect(await ruleOfGhost()).toBe(CorrelationRule.LINK)

    const auditor = await signedIn(browser(), platform(), 'auditor', tenant)
    await auditor.page.goto(`${platform().baseUrl}/data/sources/ad`)
    await shown(auditor.page.getByRole('grid', { name: 'Accounts' }).getByText('a user linked it'))
    await gone(auditor.page.getByRole('button', { name: /^Remove the link/ }))
    await gone(auditor.page.getByRole('button', { name: 'Delete this source…' }))

    // At the end of the page the toast covers no control, wide and as on a phone.
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await shown(toast(page).getByText('ghost is linked to 0002 again'))
      await expect.poll(() => page.evaluate(coveredByToast)).toEqual([])
    }
    await page.getByRole('button', { name: 'Delete this source…' }).click()
    const question = page.getByRole('dialog')
    await shown(question.getByText('up to 2 accounts and 2 grants'))
    found.push(...(await faultsAt(page, 'the question before a source is deleted')))
    const confirm = question.getByRole('button', { name: 'Delete it' })
    const name = question.getByRole('textbox', { name: 'Type ad to confirm' })
    await name.fill('hr')
    await expect.poll(() => confirm.isDisabled()).toBe(true)
    await name.fill('ad')
    await expect.poll(() => confirm.isEnabled()).toBe(true)
    // A failure is reported also when the question was closed while the call ran.
    let refuse = () => {}
    const closed = new Promise<void>((done) => {
      refuse = done
    })
    await page.route('**/*SourceService/DeleteSource', async (route) => {
      await closed
      await route.fulfill({
        status: 400,
        contentType: 'application/json',
        body: '{"code":"failed_precondition","message":"not today"}',
      })
    })
    await confirm.click()
    await page.keyboard.press('Escape')
    await gone(question)
    refuse()
    await shown(toast(page).getByText('Not today'))
    await page.unroute('**/*SourceService/DeleteSource')
    await page.getByRole('button', { name: 'Delete this source…' }).click()
    await name.fill('ad')
    await expect.poll(() => confirm.isEnabled()).toBe(true)
    await confirm.click()
    await shown(toast(page).getByText('“ad” is deleted'))
    await shown(page.getByRole('heading', { name: 'Data', level: 1 }))
    await gone(page.getByRole('link', { name: 'ad', exact: true }))
    expect((await sources.listSources({})).sources.map(({ id }) => id)).toEqual(['hr'])

    // Without the last source there would be no access: the question says so and stays.
    await page.getByRole('link', { name: 'hr', exact: true }).click()
    await page.getByRole('button', { name: 'Delete this source…' }).click()
    await question.getByRole('textbox', { name: 'Type hr to confirm' }).fill('hr')
    await expect.poll(() => confirm.isEnabled()).toBe(true)
    await page.keyboard.press('Enter')
    await shown(question.getByRole('alert').getByText('is the only source with a committed load'))
    await page.keyboard.press('Escape')
    await gone(question)
    expect(found).toEqual([])
    // The browser prints that the last call was refused, and that there was no analysis when the session began.
    const complaints = [page, auditor.page].flatMap(complaintsOf)
    expect(complaints.filter((line) => !/status of 40[04] /.test(line))).toEqual([])
  })
}

/** For the page: the names of the controls that the toast covers at the end of the page. */
const coveredByToast = `(() => {
  scrollTo(0, document.documentElement.scrollHeight)
  const toast = document.querySelector('.toast')
  const own = toast.getBoundingClientRect()
  return [...document.querySelectorAll('a, button, input, [role="grid"]')]
    .filter((one) => !toast.contains(one) && one.checkVisibility())
    .filter((one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect()
      return top < own.bottom && bottom > own.top && left < own.right && right > own.left
    })
    .map((one) => one.textContent)
})()`

/** Makes a source of accounts (`ad`) or of people, and brings a file into force as its data. */
async function load(sources: Client<typeof SourceService>, sourceId: string, fileName: string, text: string) {
  await sources.createSource({ source: { id: sourceId, accountsOnly: sourceId === 'ad' } })
  const { id: loadId } = await sources.createLoad({ sourceId })
  async function* file() {
    yield { loadId, fileName, content: { data: Buffer.from(text) } }
  }
  await sources.uploadLoadFile(file())
  await sources.commitLoad({ loadId })
  await expect.poll(async () => (await sources.getLoad({ loadId })).state).toBe(State.COMMITTED)
}
