import type { ChangeKind } from './change.ts'
import type { CheckedChange } from './checked-changes.ts'

/** What many changes of one record come to. */
export interface ReducedRecord {
  readonly kind: ChangeKind
  readonly ids: readonly string[]
  /** Undefined when it is deleted in the end. */
  record: Readonly<Record<string, unknown>> | undefined
  /** A deletion met what was there before the changes, if anything was. */
  readonly asksBefore: boolean
}

/** A record whose deletion ends others. */
interface EndedRecord {
  readonly kind: ChangeKind
  readonly ids: readonly string[]
}

/**
 * What changes come to that are applied in their order: at most one record of each key, and what goes with people, accounts,
 * applications and entitlements that were deleted. Everything named here is taken from the records before; then `records`
 * that have one are added.
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

  /** They add and end grants and memberships, and nothing else. */
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
      // The last one is added last.
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

/** What the deletion of a record is called, where it ends others. */
function tagOf(kind: ChangeKind, ids: readonly string[]): string | undefined {
  const isOwner = kind === 'identity' || kind === 'account' || kind === 'application' || kind === 'entitlement'
  return isOwner ? `${kind}\0${ids.join('\0')}` : undefined
}

/** The records whose deletion would end this one. */
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
