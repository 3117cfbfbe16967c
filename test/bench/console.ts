import { readdirSync, readFileSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createApiClient, createSignInLink } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { chromium, type Page } from 'playwright-core'
import { builtFolder } from '../../apps/console/src/build/vite-config.ts'
import { ownArguments, unpackedBrowser } from '../console/test-browser.ts'
import { type Bench, type Measure, median } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { measurePan } from './support/matrix-pan.ts'

const identities = { small: 2_000, full: 100_000 } as const

/** Screens by the name of the link that leads there, and what stands there when they can be used. */
const screens = [
  { name: 'Start', link: 'Start', ready: 'section[aria-label="Access data"] dd' },
  { name: 'Candidates', link: 'Candidates', ready: '[role="grid"] [role="row"] a' },
  { name: 'Matrix', link: 'Matrix', ready: '.matrix-surface td[id]' },
  { name: 'Profiles', link: 'Profiles', ready: '.sentence' },
  { name: 'Data', link: 'Data', ready: 'section[aria-label="Sources"] li' },
] as const

export const bench: Bench = {
  about:
    'the console in a browser: bytes of the first load, from a click to a screen that can be used, calls, nodes, long tasks; frames of the matrix while it moves',
  run: ({ scale, count = 5, say }) =>
    withBenchPlatform(async (platform) => {
      const { folder } = platform
      say(`loading ${identities[scale]} people`)
      for (const { fileName, chunks } of toCsv(generateOrganisation({ seed: 1, identityCount: identities[scale] }))) {
        await writeFile(join(folder, fileName), [...chunks].join(''))
      }
      await platform.load(folder)
      return [...bytes(), ...(await measureScreens(platform, { rounds: count, people: identities[scale] }, say))]
    }),
}

/** What a first visit loads, and the largest piece that comes later. */
function bytes(): Measure[] {
  const page = readFileSync(join(builtFolder, 'index.html'), 'utf8')
  const assets = join(builtFolder, 'assets')
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
  const size = (name: string, packing: string) => statSync(join(assets, `${name}.${packing}`)).size / 1_000
  const first = scripts.filter((name) => page.includes(name))
  const further = scripts.filter((name) => !page.includes(name))
  const sum = (packing: string) => first.reduce((total, name) => total + size(name, packing), 0)
  return [
    { measure: 'first load, script as gzip', value: sum('gz'), unit: 'kB', goal: { atMost: 250 } },
    { measure: 'first load, script as brotli', value: sum('br'), unit: 'kB' },
    {
      measure: 'largest further piece, gzip',
      value: Math.max(...further.map((name) => size(name, 'gz'))),
      unit: 'kB',
      goal: { atMost: 40 },
    },
  ]
}

/** Watched from the first script of the page on. */
const watchTasks = `
  window.longTasks = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(duration)
  }).observe({ type: 'longtask', buffered: true })`

async function measureScreens(
  { owner, tenantId, port }: BenchPlatform,
  { rounds, people }: { readonly rounds: number; readonly people: number },
  say: (text: string) => void,
): Promise<Measure[]> {
  const init = {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'bench',
    host: '127.0.0.1',
  } as const
  const { clientId } = await createApiClient(owner.sql, init)
  const browser = await chromium.launch({ ...(await unpackedBrowser()), args: ownArguments })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    await page.addInitScript(watchTasks)
    await page.goto(`http://127.0.0.1:${port}/sign-in#${await createSignInLink(owner.sql, tenantId, clientId)}`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator(screens[0].ready).first().waitFor()
    const taken = new Map<string, Visit[]>(screens.map(({ name }) => [name, []]))
    // The first round loads the pieces of the screens.
    for (let round = 0; round <= rounds; round++) {
      for (const screen of [...screens.slice(1), screens[0]]) {
        const visit = await visited(page, screen)
        if (round > 0) taken.get(screen.name)?.push(visit)
      }
    }
    const pan = await measurePan(browser, page, `http://127.0.0.1:${port}`, { people, seconds: 4 }, say)
    const visits = [...taken].flatMap(([name, visits]) => {
      const of = (figure: keyof Visit) => median(visits.map((visit) => visit[figure]))
      say(`${name}: usable after ${Math.round(of('usableMs'))} ms, ${of('calls')} calls, ${of('nodes')} nodes`)
      return [
        { measure: `${name}, click to usable`, value: of('usableMs'), unit: 'ms', goal: { atMost: 1_500 } },
        { measure: `${name}, calls`, value: of('calls'), unit: 'calls', goal: { atMost: 6 } },
        { measure: `${name}, nodes of the page`, value: of('nodes'), unit: 'nodes' },
        {
          measure: `${name}, longest task`,
          value: Math.max(...visits.map(({ longestTaskMs }) => longestTaskMs)),
          unit: 'ms',
        },
      ]
    })
    return [...visits, ...pan]
  } finally {
    await browser.close()
  }
}

interface Visit {
  readonly usableMs: number
  readonly calls: number
  readonly nodes: number
  readonly longestTaskMs: number
}

async function visited(page: Page, { link, ready }: (typeof screens)[number]): Promise<Visit> {
  let calls = 0
  const count = (request: { url(): string }) => {
    if (/\/assay\.[\w.]+\//.test(request.url())) calls++
  }
  page.on('request', count)
  await page.evaluate('window.longTasks.length = 0')
  const begun = performance.now()
  await page.getByRole('link', { name: link, exact: true }).first().click()
  await page.locator(ready).first().waitFor()
  const usableMs = performance.now() - begun
  await page.waitForFunction('document.querySelector("[aria-busy=true]") === null')
  const nodes = await page.evaluate<number>('document.querySelectorAll("*").length')
  const longestTaskMs = await page.evaluate<number>('Math.max(0, ...window.longTasks)')
  page.off('request', count)
  return { usableMs, calls, nodes, longestTaskMs }
}
