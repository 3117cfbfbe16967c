import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import {
  MiningSettingsService,
  MiningSettings_Preset as Preset,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { RoleFront_Changes as Changes } from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import { RoleModelService } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { MiningSession_State as SessionState } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { createClient } from '@connectrpc/connect'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { grpc, type TestPlatform } from '../platform/platform.ts'
import { complaintsOf, faultsAt, goToScreen } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'
import { tick, untick } from './tick.ts'

/** Tests for role models, searches by access, and the settings. */
export function testModelsAndSettings({ platform, open, toast }: ConsoleUnderTest): void {
  const transport = async () => grpc(platform().baseUrl, await platform().token('admin'))

  test('a role model is mined and shown, its curve is in the address, a role becomes a draft, all are saved, and it is deleted', async () => {
    const { page } = await open()
    const models = createClient(RoleModelService, await transport())
    await goToScreen(page, 'Role models')
    await page.getByRole('spinbutton', { name: 'Most entitlements in a role' }).fill('12')
    // Computing the fronts takes long; the test of the service covers them.
    await untick(page.getByRole('checkbox', { name: /^Also find/ }))
    const found = await faultsAt(page, 'no role model')
    await page.getByRole('button', { name: 'Start' }).click()
    const grid = page.getByRole('grid', { name: 'Roles' })
    await shown(grid)
    const roleModelId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const outline = await models.getRoleModelOutline({ roleModelId })
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(outline.roles.length + 1))
    const fields = page.locator('.treemap-field[data-role]')
    await expect.poll(() => fields.count()).toBe(Math.min(300, outline.roles.length))
    const largest = outline.roles[0]
    await grid.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => new URL(page.url()).searchParams.get('role')).toBe(String(largest?.number))
    const card = page.getByRole('region', { name: largest?.displayName ?? '', exact: true })
    await shown(card.getByText(`${largest?.identityCount} people, ${largest?.entitlementCount} entitlement`))
    await shown(card.getByRole('link').nth(2))
    found.push(...(await faultsAt(page, 'the roles of a model')))
    const inMatrix = page.getByRole('link', { name: 'Look at it in the matrix' })
    await expect.poll(() => inMatrix.getAttribute('href')).toBe(`/matrix?model=${roleModelId}`)
    await card.getByRole('button', { name: 'Save as a draft' }).click()
    await shown(toast(page).getByText('1 role is saved as a draft'))
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await page.keyboard.press('u')
    await shown(toast(page).getByText('The drafts are deleted'))

    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV: what roles give' }).click()
    expect((await saved).suggestedFilename()).toBe('role-model-entitlements.csv')

    await page.getByRole('link', { name: 'Fewer roles' }).click()
    await shown(page.getByText('It was mined without the curve'))
    await giveFronts(platform(), roleModelId, outline.roles.length)
    await page.reload()
    const slider = page.getByRole('slider', { name: 'Number of roles' })
    await slider.fill('0')
    const front = (await models.getRoleFronts({ roleModelId })).fronts.find(({ changes }) => changes === Changes.REMOVE)
    const fewest = front?.points[0]
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(String(fewest?.roles))
    await shown(page.getByText(`${Number(fewest?.missing).toLocaleString('en')} of`))
    found.push(...(await faultsAt(page, 'the curve')))
    await page.getByRole('link', { name: 'Mine such a model' }).click()
    await expect.poll(() => page.getByRole('radio', { name: /^The cheapest/ }).isChecked()).toBe(true)
    await page.goBack()
    await page.getByRole('link', { name: 'Its settings' }).click()
    await shown(page.getByText('Most entitlements in a role'))
    found.push(...(await faultsAt(page, 'what a model holds to')))
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete it' }).click()
    await shown(page.getByText('There is no role model'))
    expect((await models.listRoleModels({})).roleModels).toEqual([])
    expect([...found, ...complaintsOf(page)]).toEqual([])
  })

  test('a search by access counts its people while the user types, shows the effect of tightness, and its roles are candidates', async () => {
    const { page } = await open()
    const sessions = createClient(SessionService, await transport())
    const population = { filters: [{ attribute: 'department', values: ['Engineering'] }] }
    const { peopleCount } = await sessions.countPopulation({ population })
    await page.goto(`${platform().baseUrl}/candidates/search?who=department:Engineering`)
    await shown(page.getByText(`The search covers ${peopleCount} people.`))
    const found = await faultsAt(page, 'a search that begins')
    await page.getByRole('spinbutton', { name: 'Fewest people of a role' }).fill('5')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Engineers')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await shown(page.getByRole('heading', { name: 'Engineers', level: 1 }))
    await shown(page.getByText(/^\d+ people: \d+ potential role/))
    const sessionId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const session = await sessions.getSession({ sessionId })
    expect(session).toMatchObject({ state: SessionState.COMPLETED, peopleCount, fewestPeople: 5, kept: true })
    const { potentialRoles } = await sessions.listPotentialRoles({ sessionId })
    const grid = page.getByRole('grid', { name: 'Potential roles' })
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe(String(potentialRoles.length + 1))
    const decided = grid.getByText('dismissed', { exact: true })
    await tick(page.getByRole('checkbox', { name: `Mark ${potentialRoles[0]?.displayName}`, exact: true }))
    await page.getByRole('button', { name: 'Dismiss marked' }).click()
    await shown(decided)
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await gone(decided)
    const tight = session.tightnessCurve.at(-1)
    await page.getByRole('slider').fill(String(session.tightnessCurve.length - 1))
    await shown(page.getByText(`At 100 %: ${tight?.membershipCount} membership`))
    await expect.poll(() => new URL(page.url()).searchParams.get('tight')).toBe('100')
    found.push(...(await faultsAt(page, 'a search')))
    await page.getByRole('button', { name: 'Use 100 %' }).click()
    await expect.poll(async () => (await sessions.getSession({ sessionId })).tightness).toBe(100)
    await shown(page.getByText(/holds at least 100 % of a role, as you chose/))
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('button', { name: 'Delete it' }).click()
    await shown(page.getByRole('heading', { name: 'Search by access', level: 1 }))
    expect([...found, ...complaintsOf(page)]).toEqual([])
  })

  test('settings: a preset and its undo, a policy that is previewed, saved and disabled, a webhook, given access, a client whose secret is shown once', async () => {
    const { page } = await open('admin')
    const settings = createClient(MiningSettingsService, await transport())
    const policies = createClient(PolicyService, await transport())
    const clients = createClient(ClientService, await transport())
    const { baseUrl } = platform()
    await goToScreen(page, 'Settings')
    await shown(page.getByRole('heading', { name: 'Settings', level: 1 }))
    const found = await faultsAt(page, 'settings')
    await page.getByRole('main').getByRole('link', { name: 'Analysis', exact: true }).click()
    await page.getByRole('button', { name: 'Use Careful' }).click()
    await shown(page.getByText('In force: Careful.'))
    expect((await settings.getMiningSettings({})).preset).toBe(Preset.CAREFUL)
    found.push(...(await faultsAt(page, 'the settings of the analysis')))
    await toast(page).getByRole('button', { name: 'Undo' }).click()
    await shown(page.getByText('In force: Balanced.'))
    expect((await settings.getMiningSettings({})).preset).toBe(Preset.BALANCED)

    await page.goto(`${baseUrl}/settings/policies`)
    await shown(page.getByText('There is no policy'))
    await page.getByRole('link', { name: 'Size and naming' }).click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Large enough')
    await page.getByRole('spinbutton', { name: 'Fewest people' }).fill('390')
    await page.getByRole('button', { name: 'Try it' }).click()
    const rule = { case: 'sizeAndNaming' as const, value: { fewestMembers: 390 } }
    const preview = await policies.previewPolicy({ policy: { rule } })
    await shown(page.getByText(`0 would be smaller and ${preview.refusedCount} not proposed`))
    expect(preview.refusedCount).toBe(preview.suggestionCount)
    expect((await policies.listPolicies({})).policies).toEqual([])
    found.push(...(await faultsAt(page, 'a policy that is tried')))
    await page.getByRole('button', { name: 'Save' }).click()
    await shown(page.getByRole('heading', { name: 'Large enough', level: 1 }))
    await page.getByRole('link', { name: 'All policies' }).click()
    await page.getByRole('button', { name: 'Switch off: Large enough' }).click()
    await shown(page.getByText('1 policy, 1 switched off.'))
    found.push(...(await faultsAt(page, 'the policies')))
    const [policy] = (await policies.listPolicies({})).policies
    expect(policy?.disabled).toBe(true)
    await policies.deletePolicy({ policyId: policy?.id ?? '' })

    await page.goto(`${baseUrl}/settings/schedules`)
    await shown(page.getByText('No source is read from a server'))
    found.push(...(await useWebhook(page, baseUrl, toast(page))))
    await page.goto(`${baseUrl}/settings/people`)
    await shown(page.getByText('No identity provider is connected yet'))
    await page.getByText('Connect an identity provider').first().click()
    await page.getByRole('textbox', { name: /^Name, shown after/ }).fill('Acme')
    await page.getByRole('textbox', { name: /^Issuer,/ }).fill('https://login.acme.example/realms/acme')
    await page.getByRole('textbox', { name: 'Client id' }).fill('assay')
    await page.getByLabel(/^Client secret/).fill('not to be seen again')
    await page.getByRole('button', { name: 'Connect it' }).click()
    await shown(toast(page).getByText('“Acme” is connected'))
    const issuers = createClient(IssuerService, await transport())
    const [issuer] = (await issuers.listIssuers({})).issuers
    await shown(page.getByText(`${baseUrl}/console/signed-in/${issuer?.id}`))
    const give = page.getByRole('form', { name: 'Give access' })
    await give.getByRole('textbox', { name: 'Name', exact: true }).fill('sales-leads')
    await give.getByLabel('What they may do').selectOption('reads and decides')
    await give.getByRole('combobox', { name: 'Add a condition' }).fill('Sales')
    await page.getByRole('option', { name: /Sales/ }).first().click()
    const { applications } = await createClient(DirectoryService, await transport()).listApplications({ pageSize: 1 })
    const application = applications[0]?.displayName ?? ''
    await give.getByRole('combobox', { name: 'Applications (none: all)' }).fill(application)
    await page.getByRole('option', { name: application }).first().click()
    // It would cover the form.
    await gone(page.getByRole('listbox'))
    await give.getByRole('button', { name: 'Give access' }).click()
    const given = page.getByText(/^group sales-leads: reads and decides; .+: .*Sales/)
    await shown(given)
    await expect.poll(() => given.textContent()).toContain(`in ${application}`)
    await shown(page.getByRole('region', { name: 'Open sessions' }).getByText(/^by a link of /))
    found.push(...(await faultsAt(page, 'people, their providers, and what is given to them')))
    expect(await page.content()).not.toContain('not to be seen again')
    await page.getByRole('button', { name: 'Remove…: Acme' }).click()
    await page.getByRole('button', { name: 'Remove it' }).click()
    await shown(page.getByText('No identity provider is connected yet'))
    await page.goto(`${baseUrl}/settings/clients`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Nightly report')
    await page.getByRole('button', { name: 'Make it' }).click()
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    const clientId = await page.getByRole('textbox', { name: 'Client id' }).inputValue()
    expect(secret.length).toBeGreaterThan(20)
    found.push(...(await faultsAt(page, 'a secret that is shown once')))
    await page.getByRole('button', { name: 'I have stored it' }).click()
    await gone(page.getByRole('textbox', { name: 'Secret' }))
    const made = async () =>
      (await clients.listClients({ pageSize: 100 })).clients.find((one) => one.clientId === clientId)
    expect(await made()).toMatchObject({ displayName: 'Nightly report' })
    expect(await page.content()).not.toContain(secret)
    found.push(...(await faultsAt(page, 'API clients')))
    await page.getByRole('button', { name: 'Revoke…: Nightly report' }).click()
    await page.getByRole('button', { name: 'Revoke it' }).click()
    await shown(toast(page).getByText('is revoked'))
    expect((await made())?.revokeTime).toBeDefined()
    expect([...found, ...complaintsOf(page)]).toEqual([])
  })
}

/** Makes a webhook with a receiver that is there, tests it, pauses it, sends an event again, deletes it. @returns what axe finds */
async function useWebhook(page: Page, baseUrl: string, toast: Locator): Promise<string[]> {
  const receiver = await startReceiver()
  await page.goto(`${baseUrl}/settings/webhooks`)
  await shown(page.getByText('No webhook: Assay sends no events'))
  await page.getByRole('textbox', { name: /^Address that receives/ }).fill(`${receiver.url}/hidden`)
  await page.getByRole('textbox', { name: 'What it is for' }).fill('Pager')
  await page.getByText('Which events (none chosen: all)').first().click()
  await tick(page.getByRole('checkbox', { name: 'assay.review.*' }))
  await page.getByRole('button', { name: 'Make it' }).click()
  await expect.poll(() => page.getByRole('textbox', { name: 'Secret' }).inputValue()).toMatch(/^whsec_/)
  await page.getByRole('button', { name: 'I have stored it' }).click()
  await gone(page.getByRole('textbox', { name: 'Secret' }))
  expect(await page.content()).not.toContain('whsec_')
  await page.getByRole('link', { name: 'Pager' }).click()
  await shown(page.getByText('There is no delivery.'))
  await page.getByRole('button', { name: 'Send a test' }).click()
  const grid = page.getByRole('grid', { name: 'Deliveries' })
  await shown(grid.getByText('accepted', { exact: true }))
  expect(new Set(receiver.types())).toEqual(new Set(['assay.webhook.test']))
  const before = receiver.types().length
  const found = await faultsAt(page, 'a webhook and its deliveries')
  await page.getByRole('button', { name: 'Pause: Pager' }).click()
  await shown(page.getByText(/^Paused by a user,/))
  await toast.getByRole('button', { name: 'Undo' }).click()
  await shown(page.getByText(/^Sends events\./))
  await grid.getByRole('button', { name: /^Send again: assay.webhook.test/ }).click()
  await expect.poll(() => receiver.types().length).toBeGreaterThan(before)
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await shown(page.getByText('No webhook: Assay sends no events'))
  await receiver.stop()
  return found
}

/** A receiver of events that accepts each of them. */
async function startReceiver() {
  const types: string[] = []
  const server = http.createServer((request, response) => {
    json(request).then(
      (event) => {
        types.push((event as { type: string }).type)
        response.writeHead(204).end()
      },
      () => response.writeHead(400).end(),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    types: () => types,
    stop() {
      server.closeAllConnections()
      return new Promise((stopped) => server.close(stopped))
    },
  }
}

/** A curve as the engine stores it. */
async function giveFronts({ db }: TestPlatform, id: string, roles: number): Promise<void> {
  const points = [1, Math.ceil(roles / 2), roles].map((count, place) => ({
    roles: count,
    missing: [1_234, 56, 0][place],
    added: 0,
    atLeast: [1_000, 20, 0][place],
  }))
  const fronts = ['remove', 'add', 'both'].map((changes) => ({
    changes,
    points,
    isExact: false,
    stoppedBy: 'work_budget',
  }))
  await db.owner.sql`
    update role_models set fronts = ${JSON.stringify(fronts)}::text::jsonb, settings = settings || '{"includesFronts": true}'
    where id = ${id}`
}
