import type { Browser, Page } from 'playwright-core'
import type { Measure } from './bench.ts'
import { framesOf } from './matrix-frames.ts'

/** Zooms of the matrix in which it is moved: the smallest cells, as it is; cells with signs and names, as a difference. */
const looks = [
  { name: '4 pixels a cell, as it is', unit: 4, search: '' },
  { name: '14 pixels a cell, difference', unit: 14, search: '&show=difference' },
] as const

/** The value that this share of the values does not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!
}

/** Moves over 2,000 by 500 cells with the pointer, and reads the trace of the browser. */
export async function measurePan(
  browser: Browser,
  page: Page,
  origin: string,
  { people, seconds }: { readonly people: number; readonly seconds: number },
  say: (text: string) => void,
): Promise<Measure[]> {
  const measures: Measure[] = []
  for (const { name, unit, search } of looks) {
    // The first zooms show tiles, and for many people also every nth row.
    const zoom = (people > 4_000 ? 2 : 1) + [4, 8, 14, 22].indexOf(unit)
    await page.goto(`${origin}/matrix?zoom=${zoom}${search}`)
    const grid = page.getByRole('grid', { name: 'People by entitlements' })
    await grid.waitFor()
    await page.locator('.matrix-surface').filter({ hasText: 'being fetched' }).waitFor({ state: 'detached' })
    await page.waitForTimeout(500)
    const box = await page.locator('.matrix-canvas').boundingBox()
    if (box === null) throw new Error('the matrix has no canvas')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await browser.startTracing(page, {
      categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame'],
    })
    await page.mouse.move(x, y)
    await page.mouse.down()
    const end = performance.now() + seconds * 1000
    for (let step = 0; performance.now() < end; step++) {
      // Moves to and fro within the fetched part.
      const far = Math.abs((step % 200) - 100) * 3
      await page.mouse.move(x - far, y - far / 2)
      await page.waitForTimeout(4)
    }
    await page.mouse.up()
    const frames = framesOf(await browser.stopTracing())
    const nodes = await page.evaluate<number>(`document.querySelectorAll('.matrix *').length`)
    const apart = percentile(frames.apartMs, 0.95)
    const script = percentile(frames.scriptMs, 0.95)
    say(
      `${name}: ${frames.apartMs.length} frames, 95 % at most ${apart.toFixed(1)} ms apart, script ${script.toFixed(2)} ms`,
    )
    measures.push(
      { measure: `matrix, pan at ${name}, frames apart, p95`, value: apart, unit: 'ms', goal: { atMost: 17 } },
      { measure: `matrix, pan at ${name}, script a frame, p95`, value: script, unit: 'ms', goal: { atMost: 4 } },
      { measure: `matrix, pan at ${name}, nodes`, value: nodes, unit: 'nodes', goal: { atMost: 500 } },
    )
  }
  return measures
}
