import type { Locator } from 'playwright-core'
import { expect } from 'vitest'

// The browser's own `check` looks at the box once, right after its click. A box whose state is in the address of the page gets its mark
// when the screen is rendered again, which a busy machine does later.

/** Ticks a box or chooses an option, and waits until the screen shows it. */
export function tick(box: Locator): Promise<void> {
  return set(box, true)
}

/** Takes a tick away, and waits until the screen shows it. */
export function untick(box: Locator): Promise<void> {
  return set(box, false)
}

async function set(box: Locator, ticked: boolean): Promise<void> {
  if ((await box.isChecked()) === ticked) return
  await box.click()
  await expect.poll(() => box.isChecked()).toBe(ticked)
}
