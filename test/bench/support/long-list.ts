import type { Page } from 'playwright-core'
import { scrollLongList, startStoriesSite } from '../../console/stories-site.ts'
import type { Measure } from './bench.ts'

/**
 * Measures the longest task of a page that mounts a list of 10,000 items and scrolls it from end to end. It returns the shortest time of
 * several rounds: other processes of a busy machine make a task longer, and a slow list is slow in each round. The page has
 * `window.longTasks`.
 */
export async function measureLongList(page: Page, rounds: number, say: (text: string) => void): Promise<Measure[]> {
  const site = await startStoriesSite()
  try {
    const longest: number[] = []
    for (let round = 0; round < Math.max(3, rounds); round++) {
      // The time in which the page's scripts load does not count.
      await scrollLongList(page, site, { beforeMount: () => page.evaluate('window.longTasks.length = 0') })
      longest.push(await page.evaluate<number>('Math.max(0, ...window.longTasks)'))
    }
    say(`a list of 10,000, mounted and scrolled: longest task ${longest.map(Math.round).join(', ')} ms`)
    return [
      {
        measure: 'a list of 10,000 is mounted and scrolled, longest task',
        value: Math.min(...longest),
        unit: 'ms',
        goal: { atMost: 50 },
      },
    ]
  } finally {
    await site.stop()
  }
}
