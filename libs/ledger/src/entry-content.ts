import { hash, randomFillSync } from 'node:crypto'
import type { Actor } from './acting.ts'
import { canonicalJson } from './canonical-json.ts'

/** A decision or a change, as described by the room in whose transaction it happens. */
export interface EntryInit {
  /** What happened, as noun and verb: `suggestion.dismiss`, `profile.update`, `source.delete`. */
  readonly kind: string
  /** The thing that it happened to. */
  readonly subject: {
    /** `suggestion`, `profile`, `source`, ... */
    readonly type: string
    readonly id: string
    /** The id identifies a person (an identity, an account), so it is erasable. */
    readonly isPersonal?: boolean
  }
  /** The state before and the state after: plain JSON, the changed members or the whole. Erasable. */
  readonly before?: unknown
  readonly after?: unknown
  /**
   * Facts that say nothing about a person: counts, states, ids of things. They are part of the content itself, so they cannot be erased,
   * and events carry them. Readers of an entry without `after` get the facts as `after`.
   */
  readonly facts?: Readonly<Record<string, unknown>>
  /** The code of a reason. Default `unspecified`. */
  readonly reason?: string
  /** A text that a person wrote. Erasable. */
  readonly comment?: string
  /**
   * The ids of the people concerned. Each is erasable separately, and a search for one of them finds the entry. The entry stores the first
   * `mostPeople`.
   */
  readonly people?: readonly string[]
  /** The load (import) that was in force at the decision. */
  readonly load?: number
  /** The run that made the result that was decided on. */
  readonly run?: string
  /** The etag or version that the subject had at the decision. */
  readonly version?: string
}

/** An entry stores at most this number of ids of people, one value each: the first ones, and the total number. */
const mostPeople = 1000

/** A part of an entry that can be erased. */
interface EntryValue {
  readonly field: string
  readonly salt: Buffer
  /** Canonical JSON. */
  readonly value: string
  readonly foundBy: string | null
}

export interface EntryContent {
  readonly id: string
  /** The columns by which a search finds entries, equal to the content; null where the content has none. */
  readonly kind: string
  readonly subjectId: string | null
  readonly client: string | null
  /** The entry in canonical form; erasable values are represented by their hashes. */
  readonly content: string
  readonly hash: Buffer
  readonly values: readonly EntryValue[]
}

const saltBytes = 16

/** Random bytes for many entries: one call of the generator for each salt takes longer than hashing its value. */
const random = { drawn: Buffer.alloc(0), used: 0 }
const drawnAtOnce = 4096

/** Each byte is handed out once. */
function freshBytes(count: number): Buffer {
  if (random.used + count > random.drawn.length) {
    random.drawn = randomFillSync(Buffer.allocUnsafeSlow(drawnAtOnce))
    random.used = 0
  }
  random.used += count
  return random.drawn.subarray(random.used - count, random.used)
}

/** Makes an entry as it is hashed and stored, see docs/ledger.md. */
export function entryContent(entry: EntryInit, actor: Actor, at: Date): EntryContent {
  const values: EntryValue[] = []
  const erasable = (field: string, value: unknown, foundBy: string | null = null) => {
    if (value === undefined) return undefined
    const kept = { field, salt: freshBytes(saltBytes), value: canonicalJson(value), foundBy }
    values.push(kept)
    return { sha256: valueHash(kept.salt, kept.value).toString('hex') }
  }
  const { subject, people = [] } = entry
  const named = people.slice(0, mostPeople)
  const { person, name } = actor
  const who = person === undefined && name === undefined ? undefined : { person, name }
  const id = entryIdAt(at)
  const content = canonicalJson({
    format: 1,
    id,
    at,
    kind: entry.kind,
    subject: subject.isPersonal
      ? { type: subject.type, hidden: erasable('subject', subject.id, subject.id) }
      : { type: subject.type, id: subject.id },
    actor: {
      type: actor.type,
      [actorMember(actor.type)]: actor.id,
      role: actor.role,
      right: actor.right,
      call: actor.call,
      who: erasable('actor', who, person ?? null),
    },
    before: erasable('before', entry.before),
    after: erasable('after', entry.after),
    facts: entry.facts,
    reason: entry.reason || 'unspecified',
    comment: erasable('comment', entry.comment || undefined),
    people: named.length === 0 ? undefined : named.map((one, index) => erasable(`people.${index}`, one, one)),
    peopleCount: people.length === 0 ? undefined : people.length,
    load: entry.load,
    run: entry.run,
    version: entry.version,
  })
  const subjectId = subject.isPersonal ? null : subject.id
  const client = actorMember(actor.type) === 'client' ? actor.id : null
  return { id, kind: entry.kind, subjectId, client, content, hash: contentHash(content), values }
}

/**
 * The name of the member that holds the id of an entry's actor. People and agents use `client` too, so that one search by the id of the
 * caller finds all three.
 */
export function actorMember(type: string): string {
  return type === 'person' || type === 'agent' ? 'client' : type
}

/** The hash by which the content of an entry represents an erasable value. */
export function valueHash(salt: Uint8Array, value: string): Buffer {
  return hash('sha256', Buffer.concat([salt, Buffer.from(value)]), 'buffer')
}

export function contentHash(content: string): Buffer {
  return hash('sha256', content, 'buffer')
}

/** The last id of this process: its millisecond, and its number within that millisecond. */
const lastId = { ms: 0, number: 0 }

/**
 * A UUIDv7 (RFC 9562). Ids sort by the millisecond of their time, and the ids of one process also by their order (method 1 of section 6.2).
 */
function entryIdAt(at: Date): string {
  const ms = at.getTime()
  lastId.number = ms === lastId.ms ? (lastId.number + 1) & 0xfff : 0
  lastId.ms = ms
  const bytes = freshBytes(16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | lastId.number, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The smallest id of a time: ids begin with the milliseconds of their time. */
export function firstIdAt(time: Date): string {
  const ms = Math.min(Math.max(0, time.getTime()), 2 ** 48 - 1)
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
