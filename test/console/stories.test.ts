import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { libraryStyles } from '../../apps/console/src/build/library-styles.ts'
import { pagePolicy } from '../../apps/gateway/src/console/console-files.ts'
import { complaintsOf, faultsAt, testBrowser, watched } from './open-console.ts'

// States of parts and of screens that are hard to come by, on a page of their own and without a platform (see
// apps/console/src/stories).

vi.setConfig({ testTimeout: 180_000 })

interface Story {
  readonly name: string
  readonly address: string
  /** Text that stands there once the state is reached. */
  readonly ready: string
}

const browser: Browser | undefined = await testBrowser()

describe.skipIf(browser === undefined)('stories', () => {
  let folder: string
  let server: http.Server
  let origin: string
  let page: Page
  let stories: readonly Story[]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-stories-'))
    const build = join(import.meta.dirname, '../../apps/console/src/build/build-stories.ts')
    await promisify(execFile)(process.execPath, [build, folder])
    server = serve(folder)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const options = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
    page = watched(await (await (browser as Browser).newContext(options)).newPage())
    await page.goto(`${origin}/stories`)
    stories = await page.evaluate<readonly Story[]>('assayStories')
  })
  afterAll(async () => {
    await page?.context().close()
    await browser?.close()
    server?.close()
    if (folder !== undefined) await rm(folder, { recursive: true })
  })

  /** As a fresh visit: an address that differs behind its # alone would load nothing. */
  const open = async ({ address, ready }: Story) => {
    await page.goto('about:blank')
    await page.goto(origin + address)
    await page.getByText(ready).first().waitFor()
  }

  test('no story has a fault that axe finds, is wider than the page, says a line, or runs what stands in a name', async () => {
    expect(stories.length).toBeGreaterThan(30)
    await page.setViewportSize({ width: 1280, height: 800 })
    const found: string[] = []
    for (const story of stories) {
      await open(story).catch((error: Error) => {
        throw new Error(`${story.name}: ${error.message}; ${complaintsOf(page).join('; ')}`)
      })
      found.push(...(await faultsAt(page, story.name)))
      if ((await page.title()).includes('harmed')) found.push(`${story.name}: a name was run`)
    }
    expect(found).toEqual([])
    expect(complaintsOf(page)).toEqual([])
  })

  test('a list of 10,000 mounts and scrolls from end to end without a task above 50 ms', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.addInitScript(`
      window.longTasks = []
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration))
      }).observe({ type: 'longtask', buffered: true })`)
    const story = stories.find(({ name }) => name === 'kit: a list of 10,000')
    if (story === undefined) throw new Error('There is no story of 10,000 rows')
    const longest: number[] = []
    // On a busy machine other processes stretch a task; a list that is slow is slow each time.
    for (let attempt = 0; attempt < 5 && Math.min(...longest) > 50; attempt++) {
      await open(story)
      // What the page's own scripts take to load is no matter of the list.
      await page.evaluate('window.longTasks.length = 0')
      await page.getByRole('button', { name: 'Mount the list' }).click()
      const grid = page.getByRole('grid', { name: 'Rows' })
      await grid.getByText('Row 1', { exact: true }).waitFor()
      await grid.focus()
      for (const key of ['End', 'Home', ...Array<string>(12).fill('PageDown'), ...Array<string>(12).fill('ArrowDown')])
        await page.keyboard.press(key)
      for (let step = 0; step < 20; step++) {
        await page.mouse.move(400, 400)
        await page.mouse.wheel(0, 9_000)
      }
      expect(await grid.locator('[role=row]').count()).toBeLessThan(60)
      expect(await grid.getAttribute('aria-rowcount')).toBe('10001')
      longest.push(await page.evaluate<number>('Math.max(0, ...window.longTasks)'))
    }
    expect(Math.min(...longest)).toBeLessThanOrEqual(50)
  })
})

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** The built page for every address, with the policy of the console's page; files by their names. */
function serve(folder: string): http.Server {
  const hashes = libraryStyles().map((style) => `sha256-${createHash('sha256').update(style).digest('base64')}`)
  return http.createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?')
    const type = path.startsWith('/assets/') ? types[extname(path)] : undefined
    const headers =
      type === undefined
        ? { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy(hashes) }
        : // As the gateway says it of files whose names change with their content.
          { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }
    readFile(join(folder, type === undefined ? 'stories.html' : path)).then(
      (body) => response.writeHead(200, headers).end(body),
      () => response.writeHead(404).end(),
    )
  })
}
