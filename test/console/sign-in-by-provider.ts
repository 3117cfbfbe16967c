import { issuerId } from '@assay/auth'
import { IssuerService, PeopleService } from '@assay/contracts'
import { Role } from '@assay/contracts/assay/people/v1/person_pb'
import { startProvider } from '@assay/oidc/testing'
import { findTenant } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import type { Browser, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAtThisWidth, signedIn, watched } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'

/** Tests for the sign-in, step by step: our page, the page of a real provider, and back. */
export function testSignInByProvider({ platform }: Pick<ConsoleUnderTest, 'platform'>, browser: () => Browser): void {
  test('a user signs in through the provider of the organisation, and out again; a user without access sees the contact', async () => {
    const { baseUrl, db } = platform()
    const tenantId = (await findTenant(db.owner.sql, 'local'))?.tenantId ?? 0
    const provider = await startProvider({
      redirectUris: (issuer) => [`${baseUrl}/console/signed-in/${issuerId(tenantId, issuer)}`],
      afterSignOut: [`${baseUrl}/sign-in`],
    })
    try {
      const transport = grpc(baseUrl, await platform().token('admin'))
      const { issuer, clientId, clientSecret } = provider
      const issuers = createClient(IssuerService, transport)
      const made = await issuers.createIssuer({
        issuer: { issuer, clientId, displayName: 'Acme', contact: 'Grace, extension 17' },
        clientSecret,
      })
      await createClient(PeopleService, transport).giveAccess({
        access: { issuerId: made.id, to: { case: 'group', value: 'sales' }, role: Role.ROLE_MINER },
      })
      provider.people.set('ada', { name: 'Ada Byron', groups: ['sales'] })
      provider.people.set('eve', { name: 'Eve', groups: ['kitchen'] })
      const page = watched(await (await browser().newContext({ reducedMotion: 'reduce' })).newPage())
      await page.goto(`${baseUrl}/candidates`)
      await shown(page.getByRole('heading', { name: 'You are not signed in' }))
      await signInAs(page, 'ada')
      await shown(page.getByRole('heading', { name: 'Candidates', level: 1 }))
      await expect.poll(() => new URL(page.url()).pathname).toBe('/candidates')
      await shown(page.getByTitle('Who is signed in').getByText('Ada Byron'))

      // The field of a search without a match stays while its text is taken back.
      const { context, page: settings } = await signedIn(browser(), platform(), 'admin')
      await settings.goto(`${baseUrl}/settings/people`)
      const people = settings.getByRole('list', { name: 'People who signed in, by name' })
      await shown(people.getByText('Ada Byron'))
      const search = settings.getByRole('searchbox', { name: 'Search names and mail addresses' })
      await search.fill('xyz')
      await gone(people)
      for (let left = 'xyz'.length; left > 0; left--) await settings.keyboard.press('Backspace')
      await shown(people.getByText('Ada Byron'))
      await expect.poll(() => search.evaluate((field) => field.matches(':focus'))).toBe(true)
      await context.close()

      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: 'Yes' }).click()
      await page.waitForURL(`${baseUrl}/sign-in*`)
      await signInAs(page, 'eve')
      await shown(page.getByRole('heading', { name: 'You have no access yet' }))
      await shown(page.getByRole('listitem').getByText('kitchen'))
      await shown(page.getByText('Grace, extension 17'))
      expect(await faultsAtThisWidth(page)).toEqual([])
      // The page of sign-in is that of a platform without providers again.
      await issuers.deleteIssuer({ issuerId: made.id })
      // Messages of the provider's pages do not count.
      expect(complaintsOf(page).filter((line) => !/favicon|401|Content.Security|sandboxed/i.test(line))).toEqual([])
    } finally {
      await provider.stop()
    }
  })
}

async function signInAs(page: Page, account: string): Promise<void> {
  await page.getByRole('link', { name: 'Sign in with Acme' }).click()
  await shown(page.getByRole('heading', { name: 'Who are you?' }))
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Continue' }).click()
}
