// The pictures of docs/console.md: node test/console/take-pictures.ts LINK
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { gone, shown } from './shown.ts'
import { ownArguments, unpackedBrowser } from './test-browser.ts'

const [link] = process.argv.slice(2)
if (link === undefined) throw new Error('Give a sign-in link of a running platform that has the sample organisation')
const folder = join(import.meta.dirname, '../../docs/pictures')
const { origin } = new URL(link)

const browser = await chromium.launch({ ...(await unpackedBrowser()), args: ownArguments })
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
// On a busy machine a role model takes minutes.
page.setDefaultTimeout(600_000)
await page.goto(link)
await page.getByRole('button', { name: 'Sign in' }).click()
await shown(page.getByRole('heading', { name: 'Start', level: 1 }))

await take('start', '/', 'light')
await take('candidates', '/candidates', 'light', async () => {
  for (const place of [2, 4]) await page.getByRole('checkbox').nth(place).check()
})
await take('candidate', '/candidates', 'dark', async () => {
  await page.getByRole('grid').focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
  await shown(page.getByRole('button', { name: 'Accept…' }))
  await page.getByRole('checkbox').last().uncheck()
})
await take('explore', '/explore?who=department:Engineering', 'light')
await take('matrix', '/matrix?zoom=1&show=difference', 'light', async () => {
  await gone(page.locator('.matrix-surface').filter({ hasText: 'being fetched' }))
})
await take('compare', '/candidates', 'light', async () => {
  for (const place of [2, 5]) await page.getByRole('checkbox').nth(place).check()
  await page.getByRole('link', { name: 'Compare both' }).click()
  await page.getByRole('radio', { name: 'Only in B' }).check()
  await shown(page.getByRole('grid'))
})
await take('coverage', '/coverage?layer=open', 'dark')
await take('role-model', '/role-models', 'light', async () => {
  // The picture shows the roles, and the curve takes a minute.
  await page.getByRole('checkbox', { name: /^Also find/ }).uncheck()
  await page.getByRole('button', { name: 'Start' }).click()
  await shown(page.getByRole('grid', { name: 'Roles' }))
  await page.getByRole('grid', { name: 'Roles' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForTimeout(1_000)
  await page.getByRole('status', { name: 'What was done last' }).getByRole('button', { name: 'Close' }).click()
  await page.evaluate('scrollTo(0, 0)')
})
await take('search', '/candidates/search?who=department:Engineering', 'dark', async () => {
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await shown(page.getByText(/people: \d+ potential role/))
})
await take('settings', '/settings/analysis', 'light')
await take('bring', '/data/bring', 'light', async () => {
  const file = { name: 'badges.csv', mimeType: 'text/csv', buffer: Buffer.from(badges()) }
  await page.locator('input[type="file"]').setInputFiles([file])
  await shown(page.getByRole('region', { name: 'People' }))
  await page.evaluate('scrollTo(0, 0)')
})
await page.getByRole('button', { name: 'Remove badges.csv' }).click()
await gone(page.getByRole('button', { name: 'Remove badges.csv' }))
await handOver()
await take('reviews', '/reviews', 'light')
await page.setViewportSize({ width: 360, height: 720 })
await take('decide', '/decide', 'light', async () => {
  await page
    .getByRole('link', { name: /^Begin/ })
    .first()
    .click()
  await page
    .getByText(/^new for/)
    .first()
    .click()
  await shown(page.getByRole('listitem').getByRole('listitem'))
})
await take('summary', '/decide', 'dark', async () => {
  await page
    .getByRole('link', { name: /^Begin/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Yes' }).click()
  await page.getByRole('button', { name: 'Some of it' }).click()
  await page.getByRole('checkbox').last().uncheck()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'No…' }).click()
  await page.getByRole('radio', { name: 'It is too much' }).check()
  await page.getByRole('button', { name: 'Read it all' }).first().click()
  await shown(page.getByRole('button', { name: 'Send 3 answers' }))
})
await page.setViewportSize({ width: 1280, height: 720 })
await take('ledger', '/ledger', 'light')
await take('entry', '/ledger?what=suggestion.accept', 'light', async () => {
  await page.getByRole('grid').getByRole('link').first().click()
  await shown(page.getByRole('table'))
})
await browser.close()

/** Assigns three candidates to the user, and accepts one of them. */
async function handOver(): Promise<void> {
  await page.goto(`${origin}/candidates`)
  await shown(page.getByRole('grid'))
  await page.getByRole('checkbox').nth(6).check()
  await page.getByRole('button', { name: 'Accept marked' }).click()
  await shown(page.getByRole('status', { name: 'What was done last' }).getByText('Accepted'))
  for (const place of [1, 2, 3]) await page.getByRole('checkbox').nth(place).check()
  await page.getByRole('button', { name: 'Hand to reviewers…' }).click()
  await page.getByRole('combobox', { name: 'Who' }).fill('Local')
  await page.getByRole('listbox').getByRole('option').first().click()
  await page.getByRole('textbox', { name: 'Name of the review' }).fill('Autumn: is it still right?')
  await page.getByRole('button', { name: 'Hand over' }).click()
  await shown(page.getByRole('status', { name: 'What was done last' }).getByText('Handed to'))
}

/** A file that no map fits. */
function badges(): string {
  const rows = Array.from(
    { length: 30 },
    (_, at) => `B${100 + at},Person ${at + 1},Unit ${at % 4},${at % 3 ? 'Oslo' : 'Berlin'}`,
  )
  return ['badge,full name,unit,site', ...rows].join('\n')
}

async function take(
  name: string,
  path: string,
  theme: 'light' | 'dark',
  act: (page: Page) => Promise<void> = async () => {},
) {
  await page.evaluate(`localStorage.setItem('assay-preferences', '{"theme":"${theme}"}')`)
  await page.goto(origin + path)
  await shown(page.getByRole('heading', { level: 1 }))
  await settled(page)
  await act(page)
  await settled(page)
  await page.screenshot({ path: join(folder, `console-${name}-${theme}.png`) })
}

/** Waits until no part of the page is busy. Network silence is no sign: a page that watches running work always has a request. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(500)
  // Not `waitForFunction`: it evaluates text again and again, which the page's policy forbids.
  while ((await page.locator('[aria-busy=true]').count()) > 0) await page.waitForTimeout(100)
}
