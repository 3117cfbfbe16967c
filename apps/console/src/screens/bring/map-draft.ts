import { ownerNow } from '../../shell/session.ts'
import { createStore } from '../../shell/store.ts'

/** An edited map. The browser stores it until it is used, so it survives reloads, lost connections and ended sessions. */
interface MapDraft {
  readonly source: string
  readonly content: string
}

/** Other users of this browser do not see the map. */
const key = `assay-map-draft:${ownerNow()}`

export const mapDraft = createStore<MapDraft | undefined>(read(), (draft) => {
  try {
    if (draft === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // A browser without storage loses the map when the page closes.
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
