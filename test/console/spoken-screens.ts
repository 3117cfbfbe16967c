import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { complaintsOf } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { shown } from './shown.ts'

/** The ARIA roles of controls; each control must have a name. */
const acting =
  /^\s*- (button|link|checkbox|radio|textbox|searchbox|combobox|slider|spinbutton|tab|grid|switch)(?!s)\b(.*)$/

/** Tests for the accessibility tree, and for the visibility in a contrast theme. */
export function testSpokenScreens({ open, openOnes }: ConsoleUnderTest): void {
  test('Explore, a candidate and the data have landmarks and headings in order, and each control has a name', async () => {
    const { page } = await open()
    const [candidate] = await openOnes()
    await page.goto(new URL('/explore?who=department:Engineering', page.url()).href)
    await shown(page.getByText('Hold all of it'))
    expect(await faultsOfTree(page)).toEqual([])
    expect(await page.getByRole('main').ariaSnapshot()).toMatch(/heading ".+" \[level=1\]/)
    await page.goto(new URL(`/candidates/${candidate?.id}`, page.url()).href)
    await shown(page.getByText('Held by'))
    expect(await faultsOfTree(page)).toEqual([])
    // The sentence about every change is a live region, so that screen readers read it.
    const spoken = page.getByRole('main').getByRole('status')
    await expect.poll(async () => (await spoken.allTextContents()).join(' ')).toMatch(/\d+ of \d+ .*hold all of it/)
    await page.goto(new URL('/data', page.url()).href)
    await shown(page.getByText(/Sources|native/))
    expect(await faultsOfTree(page)).toEqual([])
    expect(complaintsOf(page)).toEqual([])
  })

  test('in a contrast theme each control has an edge, and shares keep their bars', async () => {
    const { page } = await open()
    const [candidate] = await openOnes()
    await page.emulateMedia({ forcedColors: 'active' })
    await page.goto(new URL(`/candidates/${candidate?.id}`, page.url()).href)
    await shown(page.getByText('Held by'))
    await expect.poll(() => page.locator('.bar-fill').count()).toBeGreaterThan(0)
    expect(await page.evaluate(edgelessButtons)).toEqual([])
    expect(await page.evaluate(coloursOfBar)).toHaveLength(2)
    await page.keyboard.press('Tab')
    await expect.poll(() => page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
  })
}

/** The texts of buttons without a visible edge. */
const edgelessButtons = `[...document.querySelectorAll('button')]
  .filter((button) => button.checkVisibility() && button.textContent.trim() !== '')
  .filter((button) => {
    const { borderTopWidth, borderTopStyle, textDecorationLine } = getComputedStyle(button)
    return (borderTopWidth === '0px' || borderTopStyle === 'none') && textDecorationLine === 'none'
  })
  .map(({ textContent }) => textContent)`

const coloursOfBar = `[...new Set(['.bar', '.bar-fill'].map((part) => getComputedStyle(document.querySelector(part)).backgroundColor))]`

/** Landmarks, the order of headings, and names in the accessibility tree of the page. */
async function faultsOfTree(page: Page): Promise<string[]> {
  const tree = (await page.locator('body').ariaSnapshot()).split('\n')
  const faults = tree.filter((line) => {
    const [, , rest = ''] = acting.exec(line) ?? [undefined, undefined, '"']
    return !/^\s*"|^: \S|^\s*\/.+\//.test(rest)
  })
  for (const landmark of ['main', 'navigation'])
    if (!tree.some((line) => line.trim().startsWith(`- ${landmark}`))) faults.push(`no ${landmark}`)
  const levels = tree.flatMap((line) => /^\s*- '?heading .*\[level=(\d)\]/.exec(line)?.[1] ?? []).map(Number)
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`headings of level 1: ${levels.join(' ')}`)
  levels.forEach((level, place) => {
    if (level > (levels[place - 1] ?? 1) + 1)
      faults.push(`a heading of level ${level} after one of ${levels[place - 1]}`)
  })
  return faults
}
