import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { createClient } from '@connectrpc/connect'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt, signInLink } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'
import { tick } from './tick.ts'

/** Tests for values that a user typed and has not sent. */
export function testTypedValues({ platform, open, openOnes, toast }: ConsoleUnderTest): void {
  const policies = async () => createClient(PolicyService, grpc(platform().baseUrl, await platform().token('admin')))

  test('a half-filled form survives a reload and the end of the session, only for its user, and without secrets', async () => {
    const { page, link } = await open('admin')
    const { baseUrl } = platform()
    const webhooks = async () => {
      await page.goto(`${baseUrl}/settings/webhooks`)
      await shown(page.getByRole('heading', { name: 'Webhooks', level: 1 }))
    }
    await webhooks()
    await page.getByRole('textbox', { name: /^Address that receives/ }).fill('https://pager.example/half')
    await page.getByRole('textbox', { name: 'What it is for' }).fill('Half a purpose')
    await page.getByText('Which events (none chosen: all)').first().click()
    await tick(page.getByRole('checkbox', { name: 'assay.review.*' }))
    await fails(page, 'WebhookService/CreateWebhook', 'Make it')
    await hasValue(page.getByRole('textbox', { name: 'What it is for' }), 'Half a purpose')
    await page.goto(`${baseUrl}/settings/clients`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Half a client')
    await fails(page, 'ClientService/CreateClient', 'Make it')
    await hasValue(page.getByRole('textbox', { name: 'Name', exact: true }), 'Half a client')
    await page.goto(`${baseUrl}/role-models?objective=complexity`)
    await page.getByRole('spinbutton', { name: 'Most roles that somebody may have' }).fill('7')
    await fails(page, 'RoleModelService/StartRoleModel', 'Start')
    await hasValue(page.getByRole('spinbutton', { name: 'Most roles that somebody may have' }), '7')
    await page.goto(`${baseUrl}/settings/people`)
    await page.getByText('Connect an identity provider').first().click()
    await page.getByRole('textbox', { name: /^Name, shown after/ }).fill('Half a provider')
    await page.getByLabel(/^Client secret/).fill('never stored')
    await page.getByRole('textbox', { name: /^Issuer, exactly/ }).fill('https://half.example')
    await page.getByRole('textbox', { name: /^Client id/ }).fill('half')
    await fails(page, 'IssuerService/CreateIssuer', 'Connect it')
    await hasValue(page.getByLabel(/^Client secret/), 'never stored')
    await page.reload()
    await hasValue(page.getByRole('textbox', { name: /^Name, shown after/ }), 'Half a provider')
    await hasValue(page.getByLabel(/^Client secret/), '')
    const stored = await page.evaluate<string>('JSON.stringify(sessionStorage)')
    expect([stored.includes('Half a provider'), stored.includes('never stored')]).toEqual([true, false])
    const found = await faultsAt(page, 'a half-filled form')

    // The session ends on the server, and the same user signs in again.
    await page.evaluate(`fetch('/console/session', { method: 'DELETE', headers: { 'x-assay-console': '1' } })`)
    await page.reload()
    await shown(page.getByRole('heading', { name: 'You are not signed in' }))
    await signInBy(page, await link())
    await webhooks()
    await hasValue(page.getByRole('textbox', { name: /^Address that receives/ }), 'https://pager.example/half')
    await hasValue(page.getByRole('textbox', { name: 'What it is for' }), 'Half a purpose')
    await page.getByText('Which events (none chosen: all)').first().click()
    await shown(page.getByRole('checkbox', { name: 'assay.review.*', checked: true }))
    await page.getByRole('button', { name: 'Discard changes' }).click()
    await gone(page.getByRole('button', { name: 'Discard changes' }))
    await hasValue(page.getByRole('textbox', { name: 'What it is for' }), '')
    await page.getByRole('textbox', { name: 'What it is for' }).fill('For another user')

    await signInBy(page, await signInLink(platform(), 'admin'))
    await webhooks()
    await hasValue(page.getByRole('textbox', { name: 'What it is for' }), '')
    await expect.poll(() => typedKeys(page)).toEqual([])
    expect([...found, ...complaintsOf(page).filter((line) => !/status of (401|503)/.test(line))]).toEqual([])
  })

  /** Sends a form while the service is away, and waits until the page says so. */
  async function fails(page: Page, call: string, button: string): Promise<void> {
    const path = `**/*${call}`
    await page.route(path, (route) => route.fulfill({ status: 503, body: 'away' }))
    await page.getByRole('button', { name: button, exact: true }).click()
    await shown(toast(page).getByText('The platform does not answer at the moment'))
    await page.unroute(path)
  }

  test('a typed policy stays when another user saves it meanwhile, and is gone once it is saved', async () => {
    const { page } = await open('admin')
    const { baseUrl } = platform()
    await page.goto(`${baseUrl}/settings/policies/new?kind=sizeAndNaming`)
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await name.fill('Large')
    await page.getByRole('spinbutton', { name: 'Fewest people' }).fill('5')
    await page.reload()
    await hasValue(name, 'Large')
    await hasValue(page.getByRole('spinbutton', { name: 'Fewest people' }), '5')
    await page.getByRole('button', { name: 'Save' }).click()
    await shown(page.getByRole('heading', { name: 'Large', level: 1 }))
    const policyId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await expect.poll(() => typedKeys(page)).toEqual([])

    await name.fill('What I typed')
    await expect.poll(() => typedKeys(page)).not.toEqual([])
    const calls = await policies()
    await calls.updatePolicy({
      policy: { id: policyId, displayName: 'Theirs' },
      updateMask: { paths: ['display_name'] },
    })
    await page.reload()
    await shown(page.getByRole('alert').getByText('This policy has changed since you began'))
    await hasValue(name, 'What I typed')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await shown(page.getByRole('heading', { name: 'Theirs', level: 1 }))
    await page.getByRole('button', { name: 'Keep mine, to save over it' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await shown(page.getByRole('heading', { name: 'What I typed', level: 1 }))
    await gone(page.getByRole('alert').getByText('This policy has changed since you began'))
    expect((await calls.getPolicy({ policyId })).displayName).toBe('What I typed')
    // The page may be reading the policy, and would report that it is gone.
    expect(complaintsOf(page).filter((line) => !line.includes('409'))).toEqual([])
    await page.close()
    await calls.deletePolicy({ policyId })
  })

  test('a comment in a question stays when it is closed by Escape or not accepted by the server, and goes by Cancel', async () => {
    const { page } = await open()
    const [candidate] = await openOnes()
    await page.goto(`${platform().baseUrl}/candidates/${candidate?.id}`)
    const comment = page.getByRole('dialog').getByRole('textbox')
    const ask = () => page.getByRole('button', { name: 'Dismiss…' }).click()
    await ask()
    await comment.fill('Half a reason')
    await page.keyboard.press('Escape')
    await gone(page.getByRole('dialog'))
    await page.reload()
    await ask()
    await hasValue(comment, 'Half a reason')
    await page.route('**/assay.candidate.v1.InboxService/BatchDecide', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/json',
        body: '{"code":"failed_precondition","message":"Later"}',
      }),
    )
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss', exact: true }).click()
    await shown(toast(page).getByText('Later'))
    await page.goto(`${platform().baseUrl}/candidates/${candidate?.id}`)
    await ask()
    await hasValue(comment, 'Half a reason')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await gone(page.getByRole('dialog'))
    await ask()
    await hasValue(comment, '')
  })

  test('letters that are typed while the address takes the former ones are not lost', async () => {
    const { page } = await open()
    await page.addInitScript(typesMore)
    await page.goto(`${platform().baseUrl}/candidates`)
    await page.getByRole('searchbox').fill('core')
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('core a')
    await hasValue(page.getByRole('searchbox'), 'core a')
  })
}

/** For the page: when the address gets the words `core`, and before the screen is rendered with them, the user types on. */
const typesMore = `(() => {
  const own = History.prototype.replaceState
  History.prototype.replaceState = function (...values) {
    own.apply(this, values)
    if (!String(values[2]).endsWith('q=core')) return
    const field = document.querySelector('input[type="search"]')
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, 'core a')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
})()`

/** The keys of the values that this tab stores. */
function typedKeys(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`Object.keys(sessionStorage).filter((key) => key.includes('assay-typed'))`)
}

function hasValue(field: Locator, value: string): Promise<void> {
  return expect.poll(() => field.first().inputValue()).toBe(value)
}

async function signInBy(page: Page, link: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await shown(page.getByRole('heading', { name: 'Start', level: 1 }))
}
