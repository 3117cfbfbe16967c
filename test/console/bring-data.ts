import { setTimeout as sleep } from 'node:timers/promises'
import { createTenant } from '@assay/store'
import type { Browser, Page, Request } from 'playwright-core'
import { expect, test } from 'vitest'
import type { TestPlatform } from '../platform/platform.ts'
import { complaintsOf, faultsAt, signedIn } from './open-console.ts'
import { harmfulName, rightToLeftName } from './sample-console.ts'
import { gone, shown } from './shown.ts'
import { tick } from './tick.ts'

const badges = [
  'badge,full name,unit,doors',
  ...Array.from({ length: 40 }, (_, at) => {
    const unit = at % 2 ? rightToLeftName : `"${harmfulName.replaceAll('"', '""')}"`
    return `${at},Person ${at},${unit},door ${at % 5}`
  }),
].join('\n')
const picture = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1')

const file = (name: string, content: string | Buffer) => ({ name, mimeType: '', buffer: Buffer.from(content) })

/** Tests for loading data in the browser, in a separate tenant without data. Called inside the suite of the console. */
export function bringDataTests(given: () => { readonly browser: Browser; readonly platform: TestPlatform }): void {
  const tenant = `bring-${process.pid}`
  let isMade = false
  const open = async () => {
    const { browser, platform } = given()
    if (!isMade) await createTenant(platform.db.owner.sql, tenant)
    isMade = true
    return signedIn(browser, platform, 'admin', tenant)
  }
  const goToBring = async (page: Page) => {
    await page.goto(`${given().platform.baseUrl}/data/bring`)
    await shown(page.getByRole('button', { name: 'Choose files' }))
  }
  const choose = (page: Page, ...files: ReturnType<typeof file>[]) =>
    page.locator('input[type="file"]').setInputFiles(files)
  const map = (page: Page) => page.getByRole('textbox', { name: 'The map (YAML)' })

  test('without data the page offers three ways to begin, and files are dropped, mapped, checked and committed', async () => {
    const { page } = await open()
    await shown(page.getByRole('heading', { name: 'Three ways to begin' }))
    const found = await faultsAt(page, 'the start without data')
    // A server that cannot be pulled does not block the other ways, and its error is shown.
    await page.goto(`${given().platform.baseUrl}/data`)
    await page.getByRole('textbox', { name: 'Address of the server' }).fill('https://idp.example.com/scim/v2')
    await page.getByRole('textbox', { name: /^Name of the secret/ }).fill('none-such')
    await page.getByRole('button', { name: 'Connect' }).click()
    await shown(page.getByText('The last reading failed, and nothing changed'))
    found.push(...(await faultsAt(page, 'a server that cannot be read')))
    await page.getByRole('link', { name: 'See the progress' }).click()
    await shown(page.getByRole('button', { name: 'Read now' }))
    await shown(page.getByText('Nothing of this source is in force yet'))
    await page.goto(`${given().platform.baseUrl}/data`)
    await shown(page.getByRole('heading', { name: 'Three ways to begin' }))
    const transfer = await page.evaluateHandle(`(() => {
      const dropped = new DataTransfer()
      dropped.items.add(new File([${JSON.stringify(badges)}], 'badge list.csv'))
      dropped.items.add(new File([new Uint8Array(${JSON.stringify([...picture])})], 'photo.png'))
      return dropped
    })()`)
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer })
    await shown(page.getByText('Let go to recognise'))
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer })
    await shown(page.getByRole('heading', { name: 'Bring data' }))
    await shown(page.getByText('No map takes it'))
    await shown(page.getByText('left out, since it holds no access data'))
    // The page shows a first map and its result for the rows.
    await shown(map(page))
    await expect.poll(() => map(page).inputValue()).toContain('badge')
    const text = await map(page).inputValue()
    await map(page).fill(text.replace('map: 1', 'map: 1\nnonsense: x'))
    await shown(page.getByText(/^Line 2: /))
    await expect.poll(() => page.getByRole('button', { name: 'Check' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Go to line 2' }).click()
    await expect.poll(() => page.evaluate('getSelection().toString()')).toBe('nonsense: x')
    await page.reload()
    await shown(page.getByText(/^Line 2: /))
    await map(page).fill(`${text}# looked at\n`)
    await shown(page.getByRole('region', { name: 'People' }).getByText('Person 0'))
    await shown(page.getByText(harmfulName))
    found.push(...(await faultsAt(page, 'files and their map')))
    await page.getByRole('button', { name: 'Check' }).click()
    await shown(page.getByText('has no fault and waits for your yes'))
    await expect.poll(() => page.url()).toContain('load=')
    found.push(...(await faultsAt(page, 'a load that waits')))
    await page.getByRole('button', { name: 'Commit' }).click()
    await shown(page.getByRole('heading', { name: 'Done' }))
    await shown(page.getByText('bring a list of who has which access'))
    found.push(...(await faultsAt(page, 'a load that is in force')))
    expect(found).toEqual([])
    // Without data there is neither readiness (400) nor an analysis (404), and browsers print that.
    expect(complaintsOf(page).filter((line) => !/status of 40[04] /.test(line))).toEqual([])
  })

  test('an interrupted upload continues after a reload, where it stopped', async () => {
    const { page } = await open()
    await goToBring(page)
    const big = file('big.csv', `id,display_name\n${'x'.repeat(1000)}\n`.repeat(4500))
    const offsets: string[] = []
    await page.route('**/*UploadService/UploadPart', (route) => {
      offsets.push('sent')
      return offsets.length > 1 ? route.abort() : route.continue()
    })
    await choose(page, big)
    await shown(page.getByText('it goes on by itself'))
    await page.reload()
    await shown(page.getByText('This upload was cut off'))
    await page.unroute('**/*UploadService/UploadPart')
    let parts = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/UploadPart')) parts++
    })
    await choose(page, big)
    await gone(page.getByText('This upload was cut off'))
    await expect.poll(() => page.getByRole('checkbox', { name: 'big.csv' }).isEnabled()).toBe(true)
    await expect.poll(() => page.getByRole('progressbar').count()).toBe(0)
    // 4.6 MB are three parts, one of which was uploaded before.
    expect(parts).toBe(2)
    await page.getByRole('button', { name: 'Remove big.csv' }).click()
    await gone(page.getByRole('checkbox', { name: 'big.csv' }))
  })

  test('an edited map survives a missing service, a slow network and the end of the session', async () => {
    const { context, page, link } = await open()
    await goToBring(page)
    await choose(page, file('staff.csv', badges))
    await shown(map(page))
    const first = await map(page).inputValue()
    await page.route('**/assay.*/**', (route) => route.fulfill({ status: 503, body: 'away' }))
    await map(page).fill(`${first}# edited while it was away\n`)
    await shown(page.getByText(/^No connection since \d\d:\d\d/))
    await expect.poll(() => map(page).inputValue()).toContain('edited while it was away')
    await page.unroute('**/assay.*/**')
    // It tries again by itself.
    await gone(page.getByText(/^No connection/))
    await page.route('**/PreviewMap', async (route) => {
      await sleep(400)
      await route.continue()
    })
    const unanswered = new Set<Request>()
    page.on('request', (request) => {
      if (request.url().endsWith('/PreviewMap')) unanswered.add(request)
    })
    const answered = (request: Request) => void unanswered.delete(request)
    page.on('requestfinished', answered).on('requestfailed', answered)
    const last = page.waitForResponse((answer) => answer.request().postData()?.includes('the last that') ?? false)
    await map(page).fill('map: 1\nslow: x\n')
    await map(page).fill(`${first}# the last that was typed\n`)
    await last
    await expect.poll(() => unanswered.size).toBe(0)
    await shown(page.getByRole('region', { name: 'People' }))
    await gone(page.getByText(/^Line 2: /))
    const other = await context.newPage()
    await other.goto(given().platform.baseUrl)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await shown(other.getByRole('heading', { name: 'You are not signed in' }))
    await map(page).fill(`${first}# typed without a session\n`)
    await shown(page.getByText('Your session has ended'))
    await other.goto(await link())
    await other.getByRole('button', { name: 'Sign in' }).click()
    await shown(other.getByRole('heading', { name: 'Start', level: 1 }))
    await page.getByRole('button', { name: 'I have signed in' }).click()
    await gone(page.getByText('Your session has ended'))
    await expect.poll(() => map(page).inputValue()).toContain('typed without a session')
    await page.getByRole('button', { name: 'Discard my changes' }).click()
    await page.getByRole('button', { name: 'Remove staff.csv' }).click()
    await gone(page.getByRole('checkbox', { name: 'staff.csv' }))
  })

  test('a load that removes much asks for confirmation with its figures, and can be aborted; an image is refused', async () => {
    const { page } = await open()
    await goToBring(page)
    await choose(page, file('badge-list.csv', badges.split('\n').slice(0, 4).join('\n')))
    await page.getByRole('button', { name: 'Check' }).click()
    await shown(page.getByText('This load removes 37 of 40 (93'))
    await expect.poll(() => page.getByRole('button', { name: 'Commit' }).isDisabled()).toBe(true)
    await tick(page.getByRole('checkbox', { name: 'The files are complete' }))
    await expect.poll(() => page.getByRole('button', { name: 'Commit' }).isEnabled()).toBe(true)
    await page.getByRole('button', { name: 'Give up' }).click()
    await page.getByRole('button', { name: 'Remove badge-list.csv' }).click()
    await gone(page.getByRole('checkbox', { name: 'badge-list.csv' }))
    await choose(page, file('photo.png', picture))
    await shown(page.getByText('left out, since it holds no access data'))
    await page.getByRole('button', { name: 'Check' }).click()
    await shown(page.getByText('it was refused, and nothing changed'))
    await page.goto(`${given().platform.baseUrl}/data`)
    await shown(page.getByRole('link', { name: 'badge-list' }))
    const found = await faultsAt(page, 'the sources')
    await page.getByRole('link', { name: 'badge-list' }).click()
    await shown(page.getByText(/^in force; 40 people/))
    found.push(...(await faultsAt(page, 'a source')))
    expect(found).toEqual([])
    await page.goto(given().platform.baseUrl)
    await shown(page.getByRole('heading', { name: 'Access data' }))
  })

  test('one click makes the sample organisation in the browser and brings it into force', async () => {
    const { browser, platform } = given()
    await createTenant(platform.db.owner.sql, `${tenant}-sample`)
    const { page } = await signedIn(browser, platform, 'admin', `${tenant}-sample`)
    await page.getByRole('button', { name: 'Load the sample organisation' }).click()
    await shown(page.getByRole('heading', { name: 'Done' }))
    await shown(page.getByText(/2,000 people, [\d,]+ grants/))
    await page.goto(`${platform.baseUrl}/data`)
    await shown(page.getByRole('link', { name: 'sample' }))
    await gone(page.getByText('Waiting files'))
  })
}
