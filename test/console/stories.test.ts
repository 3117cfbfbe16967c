import { Role } from '@assay/contracts/assay/people/v1/person_pb'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complaintsOf, faultsAt, testBrowser, watched } from './open-console.ts'
import { gone, shown } from './shown.ts'
import { openStory, type StoriesSite, scrollLongList, startStoriesSite, storiesOf } from './stories-site.ts'

// Rare states of parts and of screens, on a separate page and without a platform (see
// apps/console/src/stories).

/** The number of tests that share the stories, because each story takes seconds on a busy machine. */
const parts = 12

const browser: Browser | undefined = await testBrowser()

describe.skipIf(browser === undefined)('stories', () => {
  let site: StoriesSite
  let page: Page

  beforeAll(async () => {
    site = await startStoriesSite()
    const options = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
    page = watched(await (await (browser as Browser).newContext(options)).newPage())
  })
  afterAll(async () => {
    await page?.context().close()
    await browser?.close()
    await site?.stop()
  })

  test.each(Array.from({ length: parts }, (_, part) => part))(
    'no story has an axe fault, is wider than the page, logs a line, runs a script in a name, lets a name turn its sentence, or takes a failure for an empty list (part %i)',
    async (part) => {
      const stories = await storiesOf(page, site)
      expect(stories.length).toBeGreaterThan(30)
      await page.setViewportSize({ width: 1280, height: 800 })
      const found: string[] = []
      for (const story of stories.filter((_, place) => place % parts === part)) {
        await openStory(page, site, story).catch((error: Error) => {
          throw new Error(`${story.name}: ${error.message}; ${complaintsOf(page).join('; ')}`)
        })
        found.push(...(await faultsAt(page, story.name)))
        if ((await page.title()).includes('harmed')) found.push(`${story.name}: a name was run`)
        const turned = await page.evaluate<string[]>(turnedTexts)
        found.push(...turned.map((one) => `${story.name}: turned: ${one}`))
        // A call that failed does not say how many there are, or that the screen still looks.
        const sentences = story.ready === 'Try again' ? await page.locator('.sentence').allTextContents() : []
        found.push(...sentences.filter((one) => saysNone.test(one)).map((one) => `${story.name}: ${one}`))
      }
      expect(found).toEqual([])
      expect(complaintsOf(page)).toEqual([])
    },
  )

  test('access that could not be given stays in its form, over a reload too, and the button stays in focus while the call runs', async () => {
    const story = (await storiesOf(page, site)).find(({ name }) =>
      name.startsWith('people: access that cannot be given'),
    )
    if (story === undefined) throw new Error('There is no story of access that cannot be given')
    const form = page.getByRole('form', { name: 'Give access' })
    const button = form.getByRole('button', { name: 'Give access' })
    const entered = () =>
      Promise.all([
        form.locator('select[name=to]').inputValue(),
        form.getByRole('textbox', { name: 'Name', exact: true }).inputValue(),
        form.locator('select[name=role]').inputValue(),
        form.getByRole('list', { name: /^A manager/ }).textContent(),
      ])
    const filled = ['person', 'ada@acme.example', String(Role.ROLE_MINER), 'Ada Lovelace']
    await page.setViewportSize({ width: 1280, height: 800 })

    await openStory(page, site, story)
    await form.locator('select[name=to]').selectOption('a person (mail address)')
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('ada@acme.example')
    await form.locator('select[name=role]').selectOption('mines and decides')
    await form.getByRole('combobox', { name: /^A manager/ }).fill('Ada')
    await page.getByRole('option', { name: 'Ada Lovelace' }).first().click()
    await gone(page.getByRole('listbox'))
    await button.click()
    await shown(page.getByText('The platform does not answer at the moment.'))
    await expect.poll(entered).toEqual(filled)
    await button.press('Enter')
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true')
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Give access')
    await page.reload()
    await shown(page.getByText('No access is given yet'))
    await expect.poll(entered).toEqual(filled)
    await form.getByRole('button', { name: 'Discard changes' }).click()
    await gone(form.getByRole('button', { name: 'Discard changes' }))
    expect(complaintsOf(page)).toEqual([])
  })

  test('a part that needs a right that the user lacks names the right, and offers no second try', async () => {
    const story = (await storiesOf(page, site)).find(({ name }) => name === 'clients: the right is missing')
    if (story === undefined) throw new Error('There is no story of a missing right')
    await openStory(page, site, story)
    await shown(page.getByText('This needs the right to administer'))
    await gone(page.getByRole('button', { name: 'Try again' }))
  })

  test('a second click on "Give it to them" sends nothing while the call of the first one runs, and a failure is said', async () => {
    const story = (await storiesOf(page, site)).find(({ name }) => name.startsWith('review: a question that is given'))
    if (story === undefined) throw new Error('There is no story of a question that is given to others')
    await page.setViewportSize({ width: 1280, height: 800 })
    await openStory(page, site, story)
    await page
      .getByRole('button', { name: /^Give it to others/ })
      .first()
      .click()
    const dialog = page.getByRole('dialog', { name: 'Who is to look at it?' })
    const button = dialog.getByRole('button', { name: 'Give it to them' })
    await button.click()
    await shown(dialog.getByRole('alert').getByText('away'))
    await button.click()
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true')
    await button.press('Enter')
    expect(await page.evaluate('assignings()')).toBe(2)
    expect(complaintsOf(page)).toEqual([])
  })

  // `npm run bench -- console` measures the duration of its tasks.
  test('a list of 10,000 renders only its visible rows, however it is scrolled', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    const made: number[] = []
    const standing: number[] = []
    await scrollLongList(page, site, {
      beforeMount: () => page.evaluate<void>(countNewRows),
      async afterStep() {
        await page.evaluate('new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))')
        made.push(await page.evaluate<number>('window.newRows.splice(0).length'))
        standing.push(await page.getByRole('grid', { name: 'Rows' }).locator('[role=row]').count())
      },
    })
    expect(Math.max(...standing)).toBeLessThan(60)
    expect(Math.min(...standing)).toBeGreaterThan(5)
    expect(Math.max(...made)).toBeLessThan(60)
    await expect.poll(() => page.getByRole('grid', { name: 'Rows' }).getAttribute('aria-rowcount')).toBe('10001')
  })
})

const saysNone = /^(0|No|Nobody|Nothing|The ledger has nothing|Looking)\b/

/** Runs in the page: the texts with a character that changes the direction of the text after it, also beyond the name that has it. */
const turnedTexts = `[...document.querySelectorAll('body *')]
  .filter((one) => one.closest('bdi') === null)
  .flatMap((one) => [...one.childNodes])
  .filter((node) => node.nodeType === Node.TEXT_NODE && /[\\u202a-\\u202e\\u2066-\\u2069]/.test(node.data))
  .map((node) => node.data)`

/** Runs in the page: records each rendered row. */
const countNewRows = `
  window.newRows = []
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node.nodeType === Node.ELEMENT_NODE)
          window.newRows.push(...(node.matches('[role=row]') ? [1] : []), ...node.querySelectorAll('[role=row]'))
  }).observe(document.body, { childList: true, subtree: true })
  undefined`
