import type { Locator, Page } from 'playwright-core'

// The browser's own wait refuses a locator that finds two elements. A screen that is loading can have a second one for a moment, such as
// a heading that stands in the navigation as well, and a busy machine makes that moment long.

/** Waits until the first element that the locator finds can be seen. */
export function shown(locator: Locator): Promise<void> {
  return locator.filter({ visible: true }).first().waitFor()
}

/** Waits until no element that the locator finds can be seen. */
export async function gone(locator: Locator): Promise<void> {
  await locator.filter({ visible: true }).first().waitFor({ state: 'hidden' })
}

/** Waits until a dialog has the focus. A key that is pressed earlier goes to the page behind it. */
export function dialogInFront(page: Page): Promise<void> {
  return shown(page.getByRole('dialog').locator(':focus'))
}
