import type { Faults } from '../faults.ts'
import { shown } from '../faults.ts'
import { splitValue } from '../map/expressions.ts'
import type { AccountRule, EntitlementRule, GrantRule, IdentityRule, Reference, Rule, UsageRule } from '../map/map.ts'
import { RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { listOf, textOf } from '../value.ts'
import { type Described, describe, unite } from './add-people.ts'
import type { Place } from './directory.ts'
import { ListsInCells } from './lists-in-cells.ts'
import { type RuleReading, readSource } from './read-source.ts'
import { fieldText, fieldTexts, idText } from './record-values.ts'
import type { Source } from './source.ts'
import { privilegedOf } from './words.ts'

/** How the records of one rule name others. */
interface ReferenceForm {
  readonly match: Reference['match']
  readonly among: Reference['among']
  /** The record says which application the named entitlement is of. */
  readonly namesApplication?: boolean
}

/** How the records of each rule of a map name others: what a stored record needs of its map. */
export interface RecordForms {
  /** Of managers, by the ordinal of the rule for people. */
  readonly people: readonly ReferenceForm[]
  /** Of identities, by the ordinal of the rule for accounts; null for a rule that names none. */
  readonly accounts: readonly (ReferenceForm | null)[]
  /** Of holders, and the keys of entitlements, by the ordinal of the rule for grants. */
  readonly grants: readonly {
    readonly holder: ReferenceForm & {
      /** The record has the application of a holder that is an entitlement. */
      readonly namesApplication?: boolean
    }
    readonly entitlement: readonly string[]
  }[]
  /** Of holders, by the ordinal of the rule for usage. */
  readonly usage: readonly ReferenceForm[]
}

export interface PersonRecord {
  readonly form: number
  readonly id: string
  readonly place: Place
  readonly fields: Readonly<Record<string, string>>
  readonly attributes: Described['attributes']
  /** Each key with each of its values. */
  readonly keys: readonly (readonly [string, string])[]
  readonly manager: string
}

export interface AccountRecord extends Omit<PersonRecord, 'manager'> {
  readonly application: string
  /** What names its identity; empty when nothing does. */
  readonly identity: string
}

interface ApplicationRecord {
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
}

interface EntitlementRecord {
  readonly application: string
  readonly id: string
  readonly place: Place
  readonly fields: Readonly<Record<string, string>>
  readonly keys: readonly (readonly [string, string])[]
}

export interface GrantRecord {
  readonly form: number
  readonly holder: string
  /** Of a holder that is an entitlement of an application which its rule names; else empty. */
  readonly holderApplication: string
  readonly application: string
  readonly entitlement: string
  readonly grantedAt: string
  readonly lastUsedAt: string
  /** The last day on which it is held; empty for as long as it is there. */
  readonly ends: string
}

export interface UsageRecord {
  readonly form: number
  readonly holder: string
  readonly application: string
  readonly day: string
}

/** A record that further rows may add to. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

interface ReadOptions {
  readonly faults: Faults
  /** Characters that separate entitlements in one cell; '' says that cells are never lists; undefined asks. */
  readonly split?: string
  readonly now?: Date
}

const batchLength = 2_000

/**
 * The records that the map of one source makes of its files, before anything is looked up in other sources. `read` comes
 * first; then grants and usage stream.
 */
export class SourceRecords {
  readonly people: PersonRecord[] = []
  readonly accounts: AccountRecord[] = []
  readonly applications: ApplicationRecord[] = []
  readonly entitlements: EntitlementRecord[] = []
  readonly forms: RecordForms
  /** Rows that were read and are no grants, by the reason. */
  readonly leftOut = new Map<string, number>()
  readonly warnings: string[] = []
  readonly #source: Source
  readonly #faults: Faults
  readonly #split: string | undefined
  readonly #today: string
  readonly #tomorrow: string
  readonly #byKey = new Map<string, number>()
  /** How often rows changed each record since it was added, by its ordinal. The first value of a field of an application stays. */
  readonly #changes = {
    people: [] as number[],
    accounts: [] as number[],
    applications: [] as number[],
    entitlements: [] as number[],
  }

  constructor(source: Source, { faults, split, now = new Date() }: ReadOptions) {
    this.#source = source
    this.#faults = faults
    this.#split = split
    this.#today = now.toISOString().slice(0, 10)
    this.#tomorrow = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10)
    this.forms = formsOf(source)
  }

  /** People, accounts, applications and entitlements. */
  async read(): Promise<void> {
    const { map } = this.#source
    const { people, accounts, applications, entitlements } = this.#changes
    const readings: RuleReading[] = [
      ...map.identities.map((rule, form) => ({
        rule,
        changes: people,
        take: (row: Row) => this.#addPerson(row, rule, form),
      })),
      ...map.accounts.map((rule, form) => ({
        rule,
        changes: accounts,
        take: (row: Row) => this.#addAccount(row, rule, form),
      })),
      ...map.applications.map((rule) => ({
        rule,
        changes: applications,
        take: (row: Row) => this.#addApplication(idText(rule.id(row), 'application'), fieldTexts(row, rule.fields)),
      })),
      ...map.entitlements.map((rule) => ({
        rule,
        changes: entitlements,
        take: (row: Row) => this.#addEntitlement(row, rule),
      })),
    ]
    for await (const _ of readSource(this.#source, readings, this.#faults)) {
      // Each batch is taken in by the rules.
    }
  }

  grants(): AsyncGenerator<readonly GrantRecord[], void, undefined> {
    const judges: (() => void)[] = []
    const batches = this.#batches<GrantRecord, GrantRule>(this.#source.map.grants, (rule, form, batch) => {
      const lists = rule.mayBeList && this.#split === undefined ? new ListsInCells() : undefined
      judges.push(() => this.#judgeLists(lists))
      return (row) => this.#addGrant(row, rule, form, batch, lists)
    })
    return endingWith(batches, () => {
      for (const judge of judges) judge()
    })
  }

  usage(): AsyncGenerator<readonly UsageRecord[], void, undefined> {
    return this.#batches<UsageRecord, UsageRule>(this.#source.map.usage, (rule, form, batch) => (row) => {
      const application = idText(rule.application(row), 'application')
      const day = textOf(rule.day(row)).trim().slice(0, 10)
      if (!isDay(day)) throw new RowFault('day', `${shown(day)} is no date such as 2025-01-31`)
      if (day > this.#tomorrow) {
        throw new RowFault('day', `${shown(day)} is in the future; today is ${this.#today}`)
      }
      batch.push({ form, holder: holderText(row, rule.holder), application, day })
    })
  }

  async *#batches<T, R extends Rule>(
    rules: readonly R[],
    taking: (rule: R, form: number, batch: T[]) => (row: Row) => void,
  ): AsyncGenerator<readonly T[], void, undefined> {
    const batch: T[] = []
    const readings = rules.map((rule, form) => ({ rule, take: taking(rule, form, batch) }))
    for await (const _ of readSource(this.#source, readings, this.#faults)) {
      if (batch.length >= batchLength) yield batch.splice(0)
    }
    if (batch.length > 0) yield batch
  }

  #addPerson(row: Row, rule: IdentityRule, form: number): number {
    const described = describe(row, rule)
    requireStorable(described)
    const before = this.#before('person', described.id, '', this.people.length)
    const known = this.people[before] as Growing<PersonRecord> | undefined
    if (known === undefined) {
      this.people.push({ ...personOf(described, form), manager: described.manager?.value ?? '' })
      this.#changes.people.push(0)
      return before
    }
    const changed = () => this.#changes.people[before]++
    unite(known, described, rule.lastWins, () => `the identity ${shown(described.id)}`, changed)
    addKeys(known.keys, described.keys)
    if (known.manager !== '' || described.manager === undefined) return before
    known.manager = described.manager.value
    known.form = form
    changed()
    return before
  }

  #addAccount(row: Row, rule: AccountRule, form: number): number {
    const described = describe(row, rule)
    requireStorable(described)
    const application = idText(rule.application(row), 'application')
    const identity = rule.identity === undefined ? '' : textOf(rule.identity.value(row)).trim()
    requireStorable([identity])
    const before = this.#before('account', application, described.id, this.accounts.length)
    const known = this.accounts[before] as Growing<AccountRecord> | undefined
    if (known === undefined) {
      this.accounts.push({ ...personOf(described, form), application, identity })
      this.#changes.accounts.push(0)
      return before
    }
    const changed = () => this.#changes.accounts[before]++
    unite(known, described, rule.lastWins, () => `the account ${shown(described.id)}`, changed)
    addKeys(known.keys, described.keys)
    if (known.identity !== '' || identity === '') return before
    known.identity = identity
    known.form = form
    changed()
    return before
  }

  #addApplication(id: string, fields: Record<string, string>): number {
    requireStorable(fields)
    const before = this.#before('application', id, '', this.applications.length)
    const known = this.applications[before] as Growing<ApplicationRecord> | undefined
    if (known === undefined) {
      this.applications.push({ id, fields })
      this.#changes.applications.push(0)
    } else known.fields = { ...fields, ...known.fields }
    return before
  }

  #addEntitlement(row: Row, rule: EntitlementRule): number {
    const application = idText(rule.application(row), 'application')
    const id = idText(rule.id(row), 'id')
    const fields = fieldTexts(row, rule.fields)
    if (fields.privileged !== undefined) fields.privileged = privilegedOf(fields.privileged)
    const keys = fieldTexts(row, rule.keys)
    requireStorable([fields, keys])
    const before = this.#before('entitlement', application, id, this.entitlements.length)
    const known = this.entitlements[before] as Growing<EntitlementRecord> | undefined
    if (known === undefined) {
      const place = { part: row.part, at: row.at }
      this.entitlements.push({ application, id, place, fields, keys: Object.entries(keys) })
      this.#changes.entitlements.push(0)
      return before
    }
    const changed = () => this.#changes.entitlements[before]++
    unite(known, { fields }, rule.lastWins, () => `the entitlement ${shown(id)}`, changed)
    addKeys(known.keys, keys)
    return before
  }

  #addGrant(row: Row, rule: GrantRule, form: number, batch: GrantRecord[], lists: ListsInCells | undefined): void {
    const why = rule.notHeld?.(row)
    if (why !== undefined) {
      this.#leaveOut(why)
      return
    }
    const ends = rule.ends === undefined ? '' : textOf(rule.ends(row)).slice(0, 10)
    if (ends !== '' && ends < this.#today) {
      this.#leaveOut('it has ended')
      return
    }
    const application = rule.application === undefined ? '' : fieldText(rule.application(row))
    if (application !== '') idText(application, 'application')
    const named = rule.entitlement.value(row)
    const values = rule.mayBeList && this.#split ? splitValue(named, this.#split, false) : named
    const held = listOf(values).filter((each) => textOf(each).trim() !== '')
    const holder = holderText(row, rule.holder)
    const holderApplication = rule.holder.application === undefined ? '' : textOf(rule.holder.application(row)).trim()
    requireStorable([holderApplication])
    if (held.length === 0) {
      this.#leaveOut('it names no entitlement')
      return
    }
    const grantedAt = rule.grantedAt === undefined ? '' : textOf(rule.grantedAt(row)).trim()
    const lastUsedAt = rule.lastUsedAt === undefined ? '' : textOf(rule.lastUsedAt(row)).trim()
    requireInstant('granted_at', grantedAt)
    requireInstant('last_used_at', lastUsedAt)
    for (const value of held) {
      const entitlement = idText(value, row.nameOf(rule.entitlement.column))
      if (lists !== undefined && !this.#byKey.has(keyOf('entitlement', application, entitlement))) {
        lists.take(holder, textOf(value), { part: row.part, at: row.at })
      }
      batch.push({ form, holder, holderApplication, application, entitlement, grantedAt, lastUsedAt, ends })
    }
  }

  #judgeLists(lists: ListsInCells | undefined): void {
    const found = lists?.found()
    if (found === undefined) return
    const { example, place, count, isSure } = found
    const cells = `${count} cells such as ${shown(example)}`
    if (isSure) {
      const reason = `${cells} look like lists of entitlements; say which characters separate them, such as "|;,", or "none" when each is one entitlement`
      this.#faults.addFatal({ file: place.part, at: place.at, column: '', reason })
    } else this.warnings.push(`${cells} are taken as one entitlement each; a split separates lists`)
  }

  #leaveOut(reason: string): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1)
  }

  /** The ordinal that a record has, or `next`, which it has from now on. */
  #before(kind: string, first: string, second: string, next: number): number {
    const key = keyOf(kind, first, second)
    const before = this.#byKey.get(key)
    if (before === undefined) this.#byKey.set(key, next)
    return before ?? next
  }
}

function formsOf({ map }: Source): RecordForms {
  const form = ({ match, among, application }: Reference): ReferenceForm => ({
    match,
    among,
    ...(application !== undefined && { namesApplication: true }),
  })
  return {
    people: map.identities.map(({ manager }) => ({ match: manager?.match ?? [], among: ['identities'] })),
    accounts: map.accounts.map(({ identity }) => (identity === undefined ? null : form(identity))),
    grants: map.grants.map(({ holder, entitlement }) => ({
      holder: form(holder),
      entitlement: entitlement.match,
    })),
    usage: map.usage.map(({ holder }) => form(holder)),
  }
}

/** As JSON writes it: behind an even number of backslashes, which stand for themselves. */
const zeroCharacter = /(?<!\\)(?:\\\\)*\\u0000/

/** Records go into a database that has no zero characters. */
function requireStorable(record: object): void {
  if (zeroCharacter.test(JSON.stringify(record))) throw new RowFault('', 'a value holds a zero character; take it out')
}

function personOf({ id, place, fields, attributes, keys }: Described, form: number): Omit<PersonRecord, 'manager'> {
  return { form, id, place, fields, attributes, keys: Object.entries(keys) }
}

function addKeys(into: (readonly [string, string])[], keys: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(keys)) {
    if (!into.some(([name, known]) => name === key && known === value)) into.push([key, value])
  }
}

/** @throws RowFault when the row names no holder at all */
function holderText(row: Row, reference: Reference): string {
  const value = textOf(reference.value(row)).trim().normalize('NFC')
  if (value === '') throw new RowFault(row.nameOf(reference.column), 'is empty, and names the holder')
  if (value.includes('\0')) throw new RowFault(row.nameOf(reference.column), 'holds a zero character')
  return value
}

function keyOf(kind: string, first: string, second: string): string {
  return `${kind}\0${first}\0${second}`
}

/** A date, or a time as RFC 3339 has it: what an import takes. */
const instant =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/

function requireInstant(column: string, text: string): void {
  if (text === '') return
  const [, day = ''] = instant.exec(text) ?? []
  if (isDay(day)) return
  throw new RowFault(
    column,
    `${shown(text)} is neither a date (2025-01-31) nor a time (2025-01-31T12:00:00Z); a map reads others by "date"`,
  )
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  // 30 February becomes a day of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

async function* endingWith<T>(batches: AsyncGenerator<T, void, undefined>, end: () => void) {
  yield* batches
  end()
}
