import { createStore } from './store.ts'

/** What a person chose for this browser. */
interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly density: 'comfortable' | 'dense'
  /** Single letters do something inside lists (WCAG 2.2, 2.1.4: they can be switched off). */
  readonly letters: boolean
}

const defaults: Preferences = { theme: 'system', density: 'comfortable', letters: true }
const storageKey = 'assay-preferences'

export const preferences = createStore<Preferences>(read(), (chosen) => {
  apply(chosen)
  try {
    localStorage.setItem(storageKey, JSON.stringify(chosen))
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
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
