import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complaintsOf, faultsAt, testBrowser, watched } from './open-console.ts'
import { openStory, type StoriesSite, scrollLongList, startStoriesSite, storiesOf } from './stories-site.ts'

// Rare states of parts and of screens, on a separate page and without a platform (see
// apps/console/src/stories).

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

  // Two tests, because each story takes seconds on a busy machine.
  test.each([0, 1])(
    'no story has an axe fault, is wider than the page, logs a line, runs a script in a name, lets a name turn its sentence, or takes a failure for an empty list (half %i)',
    async (half) => {
      const stories = await storiesOf(page, site)
      expect(stories.length).toBeGreaterThan(30)
      await page.setViewportSize({ width: 1280, height: 800 })
      const found: string[] = []
      for (const story of stories.filter((_, place) => place % 2 === half)) {
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
