/** The search parameters in the address of the page. */
interface BringSearch {
  /** The source that the files belong to. */
  readonly source?: string
  /** The load that was made of these files. */
  readonly load?: string
  /** Ids of uploads that are left out. */
  readonly without?: string
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

export function readBringSearch(search: Readonly<Record<string, unknown>>): BringSearch {
  const [source, load, without] = [text(search.source), text(search.load), text(search.without)]
  return { ...(source && { source }), ...(load && { load }), ...(without && { without }) }
}
