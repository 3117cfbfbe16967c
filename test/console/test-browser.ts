import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { BrowserServer } from 'playwright-core'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers a GET with the address of a browser, which starts at the first request; 404 when there is none. */
    testBrowserBroker: string
  }
}

/** In containers there is neither a sandbox nor much of /dev/shm. No other flags: people use the browser without them. */
export const ownArguments = ['--no-sandbox', '--disable-dev-shm-usage']

/**
 * vitest's global set-up: one browser for a whole run, which starts when the first test needs it. On Linux it is the one that `npm ci`
 * installs; elsewhere the one that `ASSAY_TEST_BROWSER` names, or an installed Chrome or Edge.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let browser: Promise<BrowserServer | undefined> | undefined
  const broker = createServer((_, response) => {
    browser ??= startBrowser()
    browser.then(
      (server) => (server ? response.end(server.wsEndpoint()) : response.writeHead(404).end()),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((listening) => broker.listen(0, '127.0.0.1', listening))
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('The broker of the test browser has no port')
  project.provide('testBrowserBroker', `http://127.0.0.1:${address.port}`)
  return async () => {
    broker.close()
    await (await browser?.catch(() => undefined))?.close()
  }
}

async function startBrowser(): Promise<BrowserServer | undefined> {
  const { chromium } = await import('playwright-core')
  const launch = (options: Parameters<typeof chromium.launchServer>[0]) =>
    chromium.launchServer({ args: ownArguments, host: '127.0.0.1', ...options })
  const named = process.env.ASSAY_TEST_BROWSER
  if (named) return await launch({ executablePath: named })
  if (process.platform === 'linux' && process.arch === 'x64') return await launch(await unpackedBrowser())
  for (const channel of ['chrome', 'msedge']) {
    const server = await launch({ channel }).catch(() => undefined)
    if (server !== undefined) return server
  }
  return undefined
}

/** The package's browser with its own libraries. Unpacking takes seconds, so the unpacked files stay beside the package. */
export async function unpackedBrowser() {
  const modules = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), '..')
  const manifest = await readFile(join(modules, '@sparticuz/chromium/package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const folder = join(modules, '.cache/test-browser', version)
  if (!existsSync(folder)) {
    await mkdir(dirname(folder), { recursive: true })
    const fresh = await mkdtemp(`${folder}-`)
    const environment = { ...process.env, TMPDIR: fresh }
    await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'unpack-browser.ts')], { env: environment })
    // The package's own configuration names the folder of fonts on another machine.
    await writeFile(join(fresh, 'fonts.conf'), fontsIn(join(folder, 'fonts'), join(folder, 'fonts-cache')))
    // Another run may have been faster; both have unpacked the same files.
    await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }))
  }
  const libraries = [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath: join(folder, 'chromium'),
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') } as Record<
      string,
      string
    >,
  }
}

/** A page without a single font has no text at all, not even while its own font is on the way. */
function fontsIn(folder: string, cache: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}</dir><dir>/usr/share/fonts</dir><cachedir>${cache}</cachedir></fontconfig>
`
}
