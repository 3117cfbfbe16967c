import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createApiClient, createSignInLink, type Role } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { findTenant } from '@assay/store'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'
import { sourceDigest } from '../../apps/console/src/build/source-digest.ts'
import type { TestPlatform } from '../platform/platform.ts'
import { shown } from './shown.ts'

/**
 * The browser of this run; undefined when there is none, which is logged. In continuous integration a missing browser is a failure,
 * and so is a console that was built from other sources.
 */
export async function testBrowser(): Promise<Browser | undefined> {
  const answer = await fetch(inject('testBrowserBroker'))
  if (answer.status === 404) {
    if (process.env.CI) throw new Error('There is no browser to test the console with: set ASSAY_TEST_BROWSER')
    console.warn('The console is not tested: there is no Chrome or Edge. ASSAY_TEST_BROWSER names one')
    return undefined
  }
  const text = await answer.text()
  if (!answer.ok) throw new Error(`The browser of the tests does not start: ${text}`)
  requireFreshBuild()
  return await chromium.connect(text)
}

function requireFreshBuild(): void {
  const file = join(import.meta.dirname, '../../apps/console/dist/console.json')
  const built = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { sourceDigest?: string }) : {}
  if (built.sourceDigest !== sourceDigest())
    throw new Error('The console was built from other sources than these: run "npm run build-console"')
}

/**
 * How screens are looked at: wide and as on a phone, one of them in the dark theme, and the other way round for the next screen.
 * Colours differ by theme and not by width, the rest by width and not by theme, and each part is on many screens.
 */
const looks = [
  [
    [1280, 'light'],
    [320, 'dark'],
  ],
  [
    [1280, 'dark'],
    [320, 'light'],
  ],
] as const
let looked = 0

/** On a busy machine a page takes longer than the 30 seconds that the browser allows by default. */
const longestWaitMs = 300_000

/** Unexpected messages of a page: lines of the console, errors of scripts, violations of its policy. */
const complaints = new WeakMap<Page, string[]>()

export function complaintsOf(page: Page): readonly string[] {
  return complaints.get(page) ?? []
}

export function watched(page: Page): Page {
  page.setDefaultTimeout(longestWaitMs)
  const said: string[] = []
  complaints.set(page, said)
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()} (${message.location().url})`))
  page.on('pageerror', (error) => said.push(`thrown: ${error.message}`))
  return page
}

/** The address that signs in a new user with a role. */
export async function signInLink(platform: TestPlatform, role: Role, tenant?: string): Promise<string> {
  return await (await newUser(platform, role, tenant))()
}

/** Makes a user with a role. @returns a function that makes an address that signs in this user */
async function newUser({ baseUrl, db }: TestPlatform, role: Role, tenant = 'local'): Promise<() => Promise<string>> {
  const tenantId = (await findTenant(db.owner.sql, tenant))?.tenantId ?? 0
  const init = { tenantId, dialect: conductorone.clients, role, displayName: `Ada, ${role}`, host: '127.0.0.1' }
  const { clientId } = await createApiClient(db.owner.sql, init)
  return async () => `${baseUrl}/sign-in#${await createSignInLink(db.owner.sql, tenantId, clientId)}`
}

/** A new browser profile with a signed-in user, on the start screen. `link` makes an address that signs in the same user again. */
export async function signedIn(
  browser: Browser,
  platform: TestPlatform,
  role: Role = 'role-miner',
  tenant?: string,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly link: () => Promise<string> }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(longestWaitMs)
  const page = await context.newPage()
  const link = await newUser(platform, role, tenant)
  await page.goto(await link())
  await page.getByRole('button', { name: 'Sign in' }).click()
  await shown(page.getByRole('heading', { name: 'Start', level: 1 }))
  return { context, page: watched(page), link }
}

/** axe for a page: without comments and long names, since each page takes it over and parses it. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page and whether one has to scroll sideways, wide and as on a phone, one of them in the dark theme. */
export async function faultsAt(page: Page, where: string): Promise<string[]> {
  await page.evaluate(axe)
  const found: string[] = []
  for (const [width, theme] of looks[looked++ % 2] ?? []) {
    await page.setViewportSize({ width, height: 800 })
    const faults = await page.evaluate<string[]>(lookAt(theme, everyRule))
    found.push(...faults.map((fault) => `${where}, ${width}, ${theme}: ${fault}`))
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  return found
}

/** The same at the width that the page has. */
export async function faultsAtThisWidth(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return [
    ...(await page.evaluate<string[]>(lookAt('light', everyRule))),
    ...(await page.evaluate<string[]>(lookAt('dark', contrast))),
  ]
}

const everyRule = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }
const contrast = { type: 'rule', values: ['color-contrast'] }

/** For the page. */
function lookAt(theme: 'light' | 'dark', asked: typeof everyRule): string {
  return `(async () => {
    document.documentElement.dataset.theme = '${theme}'
    await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))
    const { violations } = await axe.run(document, {
      runOnly: ${JSON.stringify(asked)},
      resultTypes: ['violations'],
    })
    const { scrollWidth, clientWidth } = document.documentElement
    const faults = violations.map(({ id, nodes }) => id + ' at ' + nodes.map(({ html }) => html.slice(0, 120)).join(' | '))
    return scrollWidth > clientWidth ? [...faults, 'wider than the page by ' + (scrollWidth - clientWidth)] : faults
  })()`
}
