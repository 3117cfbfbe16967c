import { afterEach, expect, test, vi } from 'vitest'
import { clearStorage, removeValuesOfOthers, storedValue, storeValue } from './typed-storage.ts'

afterEach(() => vi.unstubAllGlobals())

/** The storage of a tab: its keys are properties, its methods are not. */
function emptyStorage(): Storage {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return this[key] ?? null
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key]
    },
  }
  return Object.create(methods) as Storage
}

test('typed values belong to one user, also when the name of another begins with the same letters', () => {
  vi.stubGlobal('sessionStorage', emptyStorage())
  sessionStorage.setItem('of another part', '1')
  storeValue('ada', 'webhook', { url: 'https://pager.example' })
  storeValue('ada', 'client', 'Nightly')
  storeValue('adam', 'webhook', 'of Adam')
  expect([storedValue('ada', 'webhook'), storedValue('adam', 'webhook'), storedValue('eve', 'webhook')]).toEqual([
    { url: 'https://pager.example' },
    'of Adam',
    undefined,
  ])
  storeValue('ada', 'client', undefined)
  removeValuesOfOthers('adam')
  expect(Object.keys(sessionStorage)).toEqual(['of another part', '["assay-typed","adam","webhook"]'])
  clearStorage()
  expect(Object.keys(sessionStorage)).toEqual([])
})

test.each([
  ['has no storage', () => null],
  [
    'does not allow it',
    () => {
      throw new DOMException('The operation is insecure', 'SecurityError')
    },
  ],
])('a browser that %s stores no value and stops no user from signing in and out', (_, get) => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage')
  Object.defineProperty(globalThis, 'sessionStorage', { configurable: true, get })
  try {
    storeValue('ada', 'webhook', 'typed')
    expect(storedValue('ada', 'webhook')).toBeUndefined()
    removeValuesOfOthers('ada')
    clearStorage()
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'sessionStorage')
    else Object.defineProperty(globalThis, 'sessionStorage', before)
  }
})
