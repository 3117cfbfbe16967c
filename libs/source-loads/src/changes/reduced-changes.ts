import type { ChangeKind } from './change.ts'
import type { CheckedChange } from './checked-changes.ts'

/** The result of all changes of one record. */
export interface ReducedRecord {
  readonly kind: ChangeKind
  readonly ids: readonly string[]
  /** Undefined when the last change deletes it. */
  record: Readonly<Record<string, unknown>> | undefined
  /** Whether a deletion applies to the record before the changes, if there was one. */
  readonly asksBefore: boolean
}

/** A record whose deletion ends other records. */
interface EndedRecord {
  readonly kind: ChangeKind
  readonly ids: readonly string[]
}

/**
 * The result of changes that are applied in order: at most one record for each key, and the deleted people, accounts, applications
 * and entitlements whose other records end with them. All records named here are first removed from the records before; then the
 * `records` that are not deleted are added.
 */
export class ReducedChanges {
  readonly records = new Map<string, ReducedRecord>()
  readonly ended = new Map<string, EndedRecord>()
  upserts = 0
  deletions = 0
  absentDeletions = 0
  endedRecords = 0
  size = 0
  readonly #dependents = new Map<string, Set<ReducedRecord>>()

  /** Whether they add and end only grants and memberships. */
  get isOfGrants(): boolean {
    return (
      this.ended.size === 0 && [...this.records.values()].every(({ kind }) => kind === 'grant' || kind === 'membership')
    )
  }

  add({ kind, ids, key, record }: CheckedChange): void {
    this.size++
    const before = this.records.get(key)
    if (record !== undefined) {
      this.upserts++
      // A repeated record moves to the end of the order.
      this.records.delete(key)
      this.#put(key, { kind, ids, record, asksBefore: before?.asksBefore ?? false }, before)
      return
    }
    if (before?.record !== undefined) {
      before.record = undefined
      this.deletions++
    } else if (before !== undefined || tagsOf(kind, ids).some((tag) => this.ended.has(tag))) {
      this.absentDeletions++
      if (before === undefined) this.#put(key, { kind, ids, record: undefined, asksBefore: false })
    } else this.#put(key, { kind, ids, record: undefined, asksBefore: true })
    this.#end(kind, ids)
  }

  #put(key: string, reduced: ReducedRecord, before?: ReducedRecord): void {
    this.records.set(key, reduced)
    for (const tag of tagsOf(reduced.kind, reduced.ids)) {
      const dependents = this.#dependents.get(tag) ?? new Set()
      if (before !== undefined) dependents.delete(before)
      dependents.add(reduced)
      this.#dependents.set(tag, dependents)
    }
  }

  #end(kind: ChangeKind, ids: readonly string[]): void {
    const tag = tagOf(kind, ids)
    if (tag === undefined) return
    this.ended.set(tag, { kind, ids })
    for (const dependent of this.#dependents.get(tag) ?? []) {
      if (dependent.record === undefined) continue
      dependent.record = undefined
      this.endedRecords++
    }
  }
}

/** The tag of a deleted record that ends others; undefined for other kinds. */
function tagOf(kind: ChangeKind, ids: readonly string[]): string | undefined {
  const isOwner = kind === 'identity' || kind === 'account' || kind === 'application' || kind === 'entitlement'
  return isOwner ? `${kind}\0${ids.join('\0')}` : undefined
}

/** The tags of the records whose deletion would end this one. */
function tagsOf(kind: ChangeKind, ids: readonly string[]): string[] {
  const [first = '', second = '', third = '', fourth = ''] = ids
  switch (kind) {
    case 'identity':
    case 'application':
      return []
    case 'account':
    case 'entitlement':
      return [`application\0${first}`]
    case 'grant': {
      const holder = first === 'account' ? `account\0${third}\0${second}` : `identity\0${second}`
      return [holder, `application\0${third}`, `entitlement\0${third}\0${fourth}`]
    }
    case 'membership':
      return [
        `application\0${first}`,
        `entitlement\0${first}\0${second}`,
        `application\0${third}`,
        `entitlement\0${third}\0${fourth}`,
      ]
    case 'usage':
      return [`identity\0${first}`, `application\0${second}`]
  }
}
