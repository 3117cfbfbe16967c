import { createStore } from '../../shell/store.ts'

/** A map that somebody edits, kept by the browser until it is used: it survives reloads, lost connections and sessions. */
interface MapDraft {
  readonly source: string
  readonly content: string
}

const key = 'assay-map-draft'

export const mapDraft = createStore<MapDraft | undefined>(read(), (draft) => {
  try {
    if (draft === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // A browser that keeps nothing loses it with the page.
  }
})

function read(): MapDraft | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (typeof kept !== 'object' || kept === null) return undefined
    const { source, content } = kept as Partial<MapDraft>
    return typeof source === 'string' && typeof content === 'string' ? { source, content } : undefined
  } catch {
    return undefined
  }
}
