import { setTimeout as sleep } from 'node:timers/promises'
import { MatrixMode, MatrixService, type MatrixWindow } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { createClient } from '@connectrpc/connect'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { cellKind } from '../../apps/console/src/screens/matrix/cells.ts'
import { cellWords } from '../../apps/console/src/screens/matrix/texts.ts'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, goToScreen } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { gone, shown } from './shown.ts'
import { tick } from './tick.ts'

/** Tests for the matrix: the canvas, the grid for screen readers, and marked rectangles. */
export function testMatrix({ platform, open, toast }: ConsoleUnderTest): void {
  const client = async () => createClient(MatrixService, grpc(platform().baseUrl, await platform().token('admin')))

  test('the matrix is read cell by cell, moved and zoomed by keys, and its place is in the address', async () => {
    const { page } = await open()
    const matrix = await client()
    const { rowCount, columnCount, blocks } = await matrix.describeMatrix({})
    const mode = MatrixMode.DIFFERENCE
    const window = await matrix.getMatrixWindow({ rowCount: 400, columnCount: 500, mode })
    await goToScreen(page, 'Matrix')
    const grid = page.getByRole('grid', { name: 'People by entitlements' })
    await shown(grid)
    await shown(page.getByText(new RegExp(`^${rowCount} people by ${columnCount} entitlements, ordered by`)))
    await gone(page.locator('.matrix-surface').filter({ hasText: 'being fetched' }))
    await expect.poll(() => inkOf(page)).toBeGreaterThan(0.005)
    await tick(page.getByRole('radio', { name: 'Difference' }))
    await grid.focus()
    await page.keyboard.press('Control+Home')
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
    await expectActive(page, window, 2, 1)
    await page.keyboard.press('End')
    await expect.poll(() => activeColumn(page)).toBe(String(columnCount + 1))
    await page.keyboard.press('Control+End')
    await expect.poll(() => activeRow(page)).toBe(String(rowCount + 1))
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(`${rowCount - 1},${columnCount - 1}`)
    const zoom = () => new URL(page.url()).searchParams.get('zoom')
    await page.keyboard.press('+')
    await expect.poll(zoom).toBe('2')
    await page.reload()
    await expect.poll(() => activeRow(page)).toBe(String(rowCount + 1))
    const first = blocks[0]
    await page.getByText(/^Roles \(/).click()
    await page.getByRole('button', { name: 'Go there: A', exact: true }).click()
    await expect.poll(() => activeRow(page)).toBe(String((first?.rowStart ?? 0) + 2))
    const { people } = await matrix.getMatrixWindow({ rowStart: 11, rowCount: 1, columnCount: 1 })
    await page.getByRole('combobox', { name: 'Find a person' }).fill(people[0]?.identityId ?? '')
    await page.getByRole('option', { name: /row 12/ }).click()
    await expect.poll(() => activeRow(page)).toBe('13')
    await expect.poll(() => page.locator('.matrix *').count()).toBeLessThan(500)
    expect(complaintsOf(page)).toEqual([])
  })

  test('it moves with the pointer while the grid for screen readers stays; two clicks mark a rectangle, which becomes a draft', async () => {
    const { page } = await open()
    const matrix = await client()
    const window = await matrix.getMatrixWindow({ rowCount: 60, columnCount: 60 })
    await page.goto(`${platform().baseUrl}/matrix?zoom=2`)
    const canvas = page.locator('.matrix-canvas')
    await shown(canvas)
    await expectActive(page, window, 0, 0)
    await gone(page.locator('.matrix-surface').filter({ hasText: 'being fetched' }))
    const box = (await canvas.boundingBox()) ?? expect.unreachable()
    const before = await page.locator('.matrix-surface tbody').innerHTML()
    await page.mouse.move(box.x + 400, box.y + 300)
    await page.mouse.down()
    await page.mouse.move(box.x + 320, box.y + 220, { steps: 5 })
    expect(await page.locator('.matrix-surface tbody').innerHTML()).toBe(before)
    await page.mouse.up()
    // Now ten rows and columns of eight pixels each are out of sight, and nothing on the page moves while the user marks.
    await page.getByRole('button', { name: 'Mark a rectangle' }).click()
    expect(await canvas.boundingBox()).toEqual(box)
    await page.mouse.click(box.x + 4, box.y + 4)
    await shown(page.getByText('Now click the opposite corner'))
    // The screen of drafts is slow to come, so that the place that was clicked is written to the address on the way there.
    await page.route('**/assets/*.js', async (route) => {
      await sleep(1_000)
      await route.continue()
    })
    await page.mouse.click(box.x + 4 + 8 * 4, box.y + 4 + 8 * 2)
    const [people, entitlements] = [window.people.slice(10, 13), window.entitlements.slice(10, 15)]
    const bar = page.getByRole('region', { name: 'Marked' })
    await shown(bar.getByText(/^3 people, 5 entitlements: \d+ of 15 /))
    await bar.getByRole('button', { name: 'Save as a draft' }).click()
    await shown(page.getByRole('heading', { name: '3 people, 5 entitlements of the matrix', level: 1 }))
    await shown(page.getByText(/^3 people, 5 entitlements\./))
    for (const { displayName } of entitlements) await shown(page.getByText(displayName))
    await page.getByRole('link', { name: 'People' }).click()
    for (const { displayName } of people) await shown(page.getByText(displayName))
    expect(complaintsOf(page)).toEqual([])
    await shown(toast(page).getByRole('button', { name: 'Undo' }))
    await page.keyboard.press('u')
    await shown(toast(page).getByText('The draft is deleted'))
    await page.unroute('**/assets/*.js')
    await page.goto(`${platform().baseUrl}/matrix?zoom=3&show=difference`)
    await expectPicturesUsedAgain(page)
    await page.setViewportSize({ width: 480, height: 800 })
    await page.goto(`${platform().baseUrl}/matrix`)
    await shown(page.getByRole('list', { name: 'Roles' }).getByRole('listitem'))
    await gone(canvas)
  })
}

/** The share of the canvas that is not of the colour of its corner. */
function inkOf(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('.matrix-canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const pixels = new Uint32Array(data.buffer)
    const paper = pixels[pixels.length - 1]
    return pixels.filter((one) => one !== paper).length / pixels.length
  })()`)
}

/** Moves down and back twice: the same is shown again, and the second time no cell and no name is drawn, only laid on the page. */
async function expectPicturesUsedAgain(page: Page): Promise<void> {
  await shown(page.locator('.matrix-canvas'))
  // Names appear with the first frame that has the cells.
  await expect.poll(() => page.evaluate<boolean>(hasNames)).toBe(true)
  await page.evaluate(countDrawing)
  const picture = () => page.evaluate<string>(`document.querySelector('.matrix-canvas').toDataURL()`)
  const nextFrames = () =>
    page.evaluate('new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))')
  const box = (await page.locator('.matrix-canvas').boundingBox()) ?? expect.unreachable()
  const [x, y] = [box.x + 450, box.y + 350]
  const before = await picture()
  const downAndBack = async () => {
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y - 200, { steps: 4 })
    await nextFrames()
    expect((await picture()) === before).toBe(false)
    await page.mouse.move(x, y, { steps: 4 })
    await nextFrames()
    await page.mouse.up()
    expect((await picture()) === before).toBe(true)
    return page.evaluate<{ shown: number; drawn: number }>('({ ...window.drawing })')
  }
  const first = await downAndBack()
  const second = await downAndBack()
  expect(second.shown).toBeGreaterThan(first.shown)
  expect([first.drawn > 0, second.drawn]).toEqual([true, first.drawn])
}

/** Runs in the page: whether anything is drawn at the place of the row names. */
const hasNames = `(() => {
  const canvas = document.querySelector('.matrix-canvas')
  const scale = canvas.width / canvas.clientWidth
  const { data } = canvas.getContext('2d').getImageData(0, 100 * scale, 130 * scale, 200 * scale)
  const pixels = new Uint32Array(data.buffer)
  return pixels.some((one) => one !== pixels[0])
})()`

/** For the page: counts pictures that are laid on it, and what is drawn beside it. */
const countDrawing = `(() => {
  window.drawing = { shown: 0, drawn: 0 }
  for (const name of ['drawImage', 'fillText']) {
    const own = CanvasRenderingContext2D.prototype[name]
    CanvasRenderingContext2D.prototype[name] = function (...values) {
      window.drawing[this.canvas.isConnected ? 'shown' : 'drawn']++
      return own.apply(this, values)
    }
  }
})()`

const active = (page: Page) => page.locator('.matrix-surface td[id]')
const activeRow = (page: Page) => active(page).locator('..').getAttribute('aria-rowindex')
const activeColumn = (page: Page) => active(page).getAttribute('aria-colindex')

/** The text that a screen reader reads for the active cell: row, column, their names and the kind of cell. */
async function expectActive(page: Page, window: MatrixWindow, row: number, column: number): Promise<void> {
  const show = window.modelled.length > 0 ? 'difference' : 'as-is'
  await expect.poll(() => active(page).textContent()).toBe(cellWords[cellKind(window, show, row, column)])
  await expect.poll(() => activeRow(page)).toBe(String(row + 2))
  await expect.poll(() => activeColumn(page)).toBe(String(column + 2))
  const grid = page.getByRole('grid', { name: 'People by entitlements' })
  const id = await active(page).getAttribute('id')
  await expect.poll(() => grid.getAttribute('aria-activedescendant')).toBe(id)
  const inRow = active(page).locator('..').getByRole('rowheader')
  await expect.poll(() => inRow.textContent()).toBe(window.people[row]?.displayName)
  const header = grid.locator(`th[scope=col][aria-colindex="${column + 2}"]`)
  await expect.poll(() => header.textContent()).toBe(window.entitlements[column]?.displayName)
}
