/**
 * Values that a user typed and has not sent. The tab stores them, so they survive a reload and the end of a session. Each belongs to one
 * user of one tenant. Secrets are never stored.
 */
const kind = 'assay-typed'

const keyOf = (owner: string, name: string) => JSON.stringify([kind, owner, name])

/** A stored value; undefined when there is none. */
export function storedValue(owner: string, name: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(owner, name)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

/** Stores a value; undefined removes it. */
export function storeValue(owner: string, name: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(keyOf(owner, name))
    else sessionStorage.setItem(keyOf(owner, name), JSON.stringify(value))
  } catch {
    // A private window may have no storage; the value is still on the page.
  }
}

/** Removes the values of all other users. */
export function removeValuesOfOthers(owner: string): void {
  removeKeys((key) => isOfAnother(key, owner))
}

/** Removes everything that the tab stores. */
export function clearStorage(): void {
  removeKeys(() => true)
}

function removeKeys(isRemoved: (key: string) => boolean): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (isRemoved(key)) sessionStorage.removeItem(key)
  } catch {
    // Without storage nothing is stored.
  }
}

function isOfAnother(key: string, owner: string): boolean {
  return key.startsWith(`["${kind}",`) && !key.startsWith(keyOf(owner, '').slice(0, -'""]'.length))
}
