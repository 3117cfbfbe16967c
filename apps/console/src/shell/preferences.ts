import { createStore } from './store.ts'

/** The preferences of a user in this browser. */
interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'dense'
  /** Single letters are keys in lists (WCAG 2.2, 2.1.4: the user can switch them off). */
  readonly letters: boolean
}

const defaults: Preferences = { theme: 'system', density: 'comfortable', letters: true }
const storageKey = 'assay-preferences'

export const preferences = createStore<Preferences>(read(), (chosen) => {
  apply(chosen)
  try {
    localStorage.setItem(storageKey, JSON.stringify(chosen))
  } catch {
    // A browser without storage forgets the preferences when the page closes.
  }
})

apply(preferences.get())

function read(): Preferences {
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>
    return { ...defaults, ...kept }
  } catch {
    return defaults
  }
}

function apply({ theme, density }: Preferences): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
  dataset.density = density
}
