import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createApiClient, createSignInLink } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { chromium, type Page } from 'playwright-core'
import { builtFolder } from '../../apps/console/src/build/vite-config.ts'
import { ownArguments, unpackedBrowser } from '../console/test-browser.ts'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { type BenchPlatform, withBenchPlatform } from './support/bench-platform.ts'
import { measureLongList } from './support/long-list.ts'
import { measurePan } from './support/matrix-pan.ts'
import { writePlantedFiles } from './support/planted-files.ts'

const identities = { small: 2_000, full: 100_000 } as const

/** Screens by the name of their link, with the text that is visible when they can be used. */
const screens = [
  { name: 'Start', link: 'Start', ready: 'section[aria-label="Access data"] dd' },
  { name: 'Candidates', link: 'Candidates', ready: '[role="grid"] [role="row"] a' },
  { name: 'Explore', link: 'Explore', ready: 'table tbody tr' },
  { name: 'Matrix', link: 'Matrix', ready: '.matrix-surface td[id]' },
  { name: 'Profiles', link: 'Profiles', ready: '.sentence' },
  { name: 'Data', link: 'Data', ready: 'section[aria-label="Sources"] li' },
] as const

export const bench: Bench = {
  about:
    'the console in a browser: bytes of the first load, from a click to a screen that can be used, calls, nodes, long tasks, also of a list of 10,000; frames of the matrix while it moves',
  run: ({ scale, count = 5, say }) =>
    withBenchPlatform(async (platform) => {
      const { folder, owner } = platform
      await writePlantedFiles(folder, { identities: identities[scale] })
      const loadMs = await timed(() => platform.load(folder))
      say(`${identities[scale]} people, import and everything that follows: ${(loadMs / 1000).toFixed(1)} s`)
      // Statistics as in a database that has run for a while; otherwise PostgreSQL collects them only after up to a minute.
      await owner.sql`vacuum analyze`
      return [...bytes(), ...(await measureScreens(platform, { rounds: count, people: identities[scale] }, say))]
    }),
}

/** The bytes that a first visit loads, and the largest file that is loaded later. */
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

/** Collects the long tasks from the first script of the page on. */
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
    // The first round loads the code of the screens, so its times do not count.
    for (let round = 0; round <= rounds; round++) {
      for (const screen of [...screens.slice(1), screens[0]]) {
        const visit = await visited(page, screen)
        if (round > 0) taken.get(screen.name)?.push(visit)
      }
    }
    const pan = await measurePan(browser, page, `http://127.0.0.1:${port}`, { people, seconds: 4 }, say)
    const inExplore = await measureCohort(page, rounds, say)
    const longList = await measureLongList(page, rounds, say)
    const ofScreens = [...taken].flatMap(([name, visits]) => {
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
    return [...ofScreens, ...inExplore, ...longList, ...pan]
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
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
  const nodes = await page.evaluate<number>('document.querySelectorAll("*").length')
  const longestTaskMs = await page.evaluate<number>('Math.max(0, ...window.longTasks)')
  page.off('request', count)
  return { usableMs, calls, nodes, longestTaskMs }
}

/** Runs in the page: sets the slider to one cut-off after the other, and measures the time until the next frame shows the change. */
const moveSlider = `(async () => {
  const slider = document.querySelector('.slider')
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set
  const taken = []
  for (let cut = 5; cut <= 100; cut += 5) {
    const begun = performance.now()
    setValue.call(slider, String(cut))
    slider.dispatchEvent(new Event('input', { bubbles: true }))
    await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))
    taken.push(performance.now() - begun)
  }
  return taken
})()`

/** Measures the selection of a cohort by a click on a value, and the effect of its slider. */
async function measureCohort(page: Page, rounds: number, say: (text: string) => void): Promise<Measure[]> {
  const usable: number[] = []
  const moves: number[] = []
  for (let round = 0; round <= rounds; round++) {
    await page.getByRole('link', { name: 'Explore', exact: true }).first().click()
    await page.locator('table tbody tr a').first().click()
    const value = page.locator('.tokens a').nth(round)
    await value.waitFor()
    const begun = performance.now()
    await value.click()
    await page.locator('[role="grid"] [role="row"] [role="gridcell"]').first().waitFor()
    const usableMs = performance.now() - begun
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    const taken = await page.evaluate<number[]>(moveSlider)
    if (round === 0) continue
    usable.push(usableMs)
    moves.push(...taken)
  }
  say(
    `Explore, a cohort: usable after ${Math.round(median(usable))} ms; the slider's effect ${Math.round(median(moves))} ms`,
  )
  return [
    { measure: 'Explore, from a value to its cohort', value: median(usable), unit: 'ms', goal: { atMost: 1_500 } },
    { measure: "the slider's effect, median", value: median(moves), unit: 'ms', goal: { atMost: 50 } },
    { measure: "the slider's effect, slowest", value: Math.max(...moves), unit: 'ms' },
  ]
}
