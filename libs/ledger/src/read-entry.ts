import type { TenantSql } from '@assay/store'
import { canonicalJson } from './canonical-json.ts'
import { actorMember } from './entry-content.ts'

/** An entry as people read it. Erased values are absent, and `erased` has their names. */
export interface LedgerEntry {
  readonly id: string
  /** The position in the chain; undefined until the entry is sealed. */
  readonly position: number | undefined
  readonly at: Date
  readonly kind: string
  readonly subject: { readonly type: string; readonly id: string | undefined }
  readonly actor: {
    readonly type: string
    /** The id of the API client, the person, the job or the command. */
    readonly id: string
    readonly person: string | undefined
    readonly name: string | undefined
    readonly role: string | undefined
    readonly right: string | undefined
    readonly call: string | undefined
  }
  /** Canonical JSON. */
  readonly before: string | undefined
  readonly after: string | undefined
  readonly reason: string
  readonly comment: string | undefined
  /** The first thousand ids; in a list the first ten. */
  readonly people: readonly string[]
  readonly peopleCount: number
  readonly load: number | undefined
  readonly run: string | undefined
  readonly version: string | undefined
  readonly erased: readonly string[]
  /** Names of the values that are too long for a list. */
  readonly omitted: readonly string[]
  readonly hash: Buffer
}

export interface EntryRow {
  readonly id: string
  readonly content: string
  readonly hash: Buffer
  readonly position: number | null
  readonly values: readonly {
    readonly field: string
    readonly value: string | null
    readonly salt: string | null
    readonly isOmitted: boolean
  }[]
}

const longestListed = 4_096
const peopleListed = 10

/**
 * The columns of an `EntryRow`. The query has to select from `ledger_entries entry`.
 * @param isListed leaves out values of more than 4,096 characters and people after the tenth, so that a page fits into a message
 */
export function entryColumns(sql: TenantSql, isListed = false) {
  const isOmitted = isListed ? sql`coalesce(length(beside.value) > ${longestListed}, false)` : sql`false`
  const isRead = isListed
    ? sql`and not (beside.field like 'people.%' and substr(beside.field, 8)::integer >= ${peopleListed})`
    : sql``
  return sql`entry.id, entry.content, entry.hash,
    (select link.position from ledger_links link where link.entry_id = entry.id) as position,
    coalesce((select json_agg(json_build_object('field', beside.field, 'isOmitted', ${isOmitted},
        'value', case when not ${isOmitted} then beside.value end, 'salt', encode(beside.salt, 'hex')))
      from ledger_values beside where beside.entry_id = entry.id ${isRead}), '[]') as values`
}

interface Content {
  readonly at: string
  readonly kind: string
  readonly subject: { readonly type: string; readonly id?: string }
  readonly actor: Readonly<Record<string, string | undefined>> & { readonly type: string }
  readonly reason: string
  readonly peopleCount?: number
  readonly load?: number
  readonly run?: string
  readonly version?: string
  readonly after?: object
  readonly facts?: object
}

export function readEntry({ id, content, hash, position, values }: EntryRow): LedgerEntry {
  const told = JSON.parse(content) as Content
  const stored = new Map(values.map(({ field, value }) => [field, value ?? undefined]))
  const parsed = <T>(field: string): T | undefined => {
    const value = stored.get(field)
    return value === undefined ? undefined : (JSON.parse(value) as T)
  }
  const { actor, subject } = told
  const who = parsed<{ person?: string; name?: string }>('actor')
  return {
    id,
    position: position ?? undefined,
    at: new Date(told.at),
    kind: told.kind,
    subject: { type: subject.type, id: subject.id ?? parsed<string>('subject') },
    actor: {
      type: actor.type,
      id: actor[actorMember(actor.type)] ?? '',
      person: who?.person,
      name: who?.name,
      role: actor.role,
      right: actor.right,
      call: actor.call,
    },
    before: stored.get('before'),
    after: told.after === undefined && told.facts !== undefined ? canonicalJson(told.facts) : stored.get('after'),
    reason: told.reason,
    comment: parsed<string>('comment'),
    people: [...stored.keys()]
      .filter((field) => field.startsWith('people.'))
      .sort((a, b) => Number(a.slice(7)) - Number(b.slice(7)))
      .flatMap((field) => parsed<string>(field) ?? []),
    peopleCount: told.peopleCount ?? 0,
    load: told.load,
    run: told.run,
    version: told.version,
    erased: values
      .filter(({ value, isOmitted }) => value === null && !isOmitted)
      .map(({ field }) => field)
      .sort(),
    omitted: values
      .filter(({ isOmitted }) => isOmitted)
      .map(({ field }) => field)
      .sort(),
    hash,
  }
}
