import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { libraryStyles } from '../../apps/console/src/build/library-styles.ts'
import { pagePolicy } from '../../apps/gateway/src/console/console-files.ts'
import { shown } from './shown.ts'

interface Story {
  readonly name: string
  readonly address: string
  /** A text that is visible when the state is reached. */
  readonly ready: string
}

/** The stories of the console, built and served as the gateway serves the console. */
export interface StoriesSite {
  readonly origin: string
  stop(): Promise<void>
}

export async function startStoriesSite(): Promise<StoriesSite> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-stories-'))
  const build = join(import.meta.dirname, '../../apps/console/src/build/build-stories.ts')
  await promisify(execFile)(process.execPath, [build, folder])
  const server = serve(folder)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

export async function storiesOf(page: Page, { origin }: StoriesSite): Promise<readonly Story[]> {
  await page.goto(`${origin}/stories`)
  return await page.evaluate<readonly Story[]>('assayStories')
}

/** Loads the page again, because an address with another fragment alone loads nothing. */
export async function openStory(page: Page, { origin }: StoriesSite, { address, ready }: Story): Promise<void> {
  await page.goto('about:blank')
  await page.goto(origin + address)
  await shown(page.getByText(ready))
}

/**
 * Opens the story of the list of 10,000, mounts the list and scrolls it from end to end, by keys and by the wheel.
 * @param afterStep runs when the list is mounted and after each key and turn of the wheel
 */
export async function scrollLongList(
  page: Page,
  site: StoriesSite,
  steps: { readonly beforeMount: () => Promise<void>; readonly afterStep?: () => Promise<void> },
): Promise<void> {
  const story = (await storiesOf(page, site)).find(({ name }) => name === 'kit: a list of 10,000')
  if (story === undefined) throw new Error('There is no story of 10,000 rows')
  await openStory(page, site, story)
  await steps.beforeMount()
  await page.getByRole('button', { name: 'Mount the list' }).click()
  const grid = page.getByRole('grid', { name: 'Rows' })
  await shown(grid.getByText('Row 1', { exact: true }))
  await steps.afterStep?.()
  await grid.focus()
  for (const key of ['End', 'Home', ...Array<string>(12).fill('PageDown'), ...Array<string>(12).fill('ArrowDown')]) {
    await page.keyboard.press(key)
    await steps.afterStep?.()
  }
  for (let step = 0; step < 20; step++) {
    await page.mouse.move(400, 400)
    await page.mouse.wheel(0, 9_000)
    await steps.afterStep?.()
  }
}

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
        : // The same header as the gateway sends for files whose names change with their content.
          { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }
    readFile(join(folder, type === undefined ? 'stories.html' : path)).then(
      (body) => response.writeHead(200, headers).end(body),
      () => response.writeHead(404).end(),
    )
  })
}
