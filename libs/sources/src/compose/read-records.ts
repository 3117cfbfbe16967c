import type { Faults } from '../faults.ts'
import { shown } from '../faults.ts'
import { formOfName } from '../map/distinguished-name.ts'
import type { AccountRule, EntitlementRule, GrantRule, IdentityRule, Rule, UsageRule } from '../map/map.ts'
import { type Described, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { SecretColumns } from '../secret-columns.ts'
import { textOf } from '../value.ts'
import { describe, givesWay, unite } from './add-people.ts'
import { countChange } from './count-change.ts'
import { GrantRecords } from './grant-records.ts'
import { Leavers } from './leavers.ts'
import { describesItsEntitlements } from './lists-in-cells.ts'
import { type RowReading, type RuleReading, readSource } from './read-source.ts'
import { holderText, isDay, requireStorable } from './record-checks.ts'
import { fieldTexts, idText } from './record-values.ts'
import {
  type AccountRecord,
  type ApplicationRecord,
  type EntitlementRecord,
  formsOf,
  type GrantRecord,
  type PersonRecord,
  type RecordForms,
  type UsageRecord,
} from './records.ts'
import type { Source } from './source.ts'
import { privilegedOf } from './words.ts'

/** A record that further rows may complete. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }

interface ReadOptions {
  readonly faults: Faults
  /** Characters that separate entitlements in one cell; '' means that cells are no lists; undefined reports cells that look like lists. */
  readonly split?: string
  readonly now?: Date
}

const batchLength = 2_000

/**
 * The records that the map of one source makes from its files, before any look-up in other sources. Call `read` first; then grants
 * and usage stream.
 */
export class SourceRecords {
  readonly people: PersonRecord[] = []
  readonly accounts: AccountRecord[] = []
  readonly applications: ApplicationRecord[] = []
  readonly entitlements: EntitlementRecord[] = []
  readonly forms: RecordForms
  /** Rows that are not grants, counted by reason. */
  readonly leftOut: Map<string, number>
  readonly warnings: string[] = []
  readonly #secrets = new SecretColumns(this.warnings)
  readonly #source: Source
  readonly #faults: Faults
  readonly #split: string | undefined
  readonly #leavers: Leavers
  readonly #today: string
  readonly #tomorrow: string
  readonly #byKey = new Map<string, number>()
  /** The number of changes of each record since it was added, by its ordinal. The first value of a field of an application stays. */
  readonly #changes = {
    people: [] as number[],
    accounts: [] as number[],
    applications: [] as number[],
    entitlements: [] as number[],
  }

  constructor(source: Source, { faults, split, now = new Date() }: ReadOptions) {
    this.#source = source
    this.#faults = faults
    this.leftOut = faults.leftOut
    this.#split = split
    this.#today = now.toISOString().slice(0, 10)
    this.#leavers = new Leavers(this.#today)
    this.#tomorrow = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10)
    this.forms = formsOf(source)
  }

  /** Reads people, accounts, applications and entitlements. */
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
      // The rules take each batch.
    }
    this.#leavers.report(this.warnings)
  }

  grants(): AsyncGenerator<readonly GrantRecord[], void, undefined> {
    const rules: GrantRecords[] = []
    const options = {
      split: this.#split,
      today: this.#today,
      leftOut: this.leftOut,
      isDescribed: (application: string, entitlement: string) =>
        this.#byKey.has(keyOf('entitlement', application, entitlement)),
    }
    const batches = this.#batches<GrantRecord, GrantRule>(this.#source.map.grants, (rule, form, batch) => {
      const own = describesItsEntitlements(this.#source.map, rule) ? { ...options, isDescribed: () => false } : options
      const records = new GrantRecords(rule, form, batch, own)
      rules.push(records)
      return records
    })
    return endingWith(batches, () => {
      for (const records of rules) records.judgeLists(this.#faults, this.warnings)
    })
  }

  usage(): AsyncGenerator<readonly UsageRecord[], void, undefined> {
    return this.#batches<UsageRecord, UsageRule>(this.#source.map.usage, (rule, form, batch) => ({
      rule,
      take: (row) => this.#addUsage(row, rule, form, batch),
    }))
  }

  #addUsage(row: Row, rule: UsageRule, form: number, batch: UsageRecord[]): void {
    const application = idText(rule.application(row), 'application')
    const day = textOf(rule.day(row)).trim().slice(0, 10)
    if (!isDay(day)) throw new RowFault('day', `${shown(day)} is no date such as 2025-01-31`)
    if (day > this.#tomorrow) {
      throw new RowFault('day', `${shown(day)} is in the future; today is ${this.#today}`)
    }
    batch.push({ form, holder: holderText(row, rule.holder), application, day })
  }

  async *#batches<T, R extends Rule>(
    rules: readonly R[],
    readingOf: (rule: R, form: number, batch: T[]) => RowReading,
  ): AsyncGenerator<readonly T[], void, undefined> {
    const batch: T[] = []
    const readings = rules.map((rule, form) => readingOf(rule, form, batch))
    for await (const _ of readSource(this.#source, readings, this.#faults)) {
      if (batch.length >= batchLength) yield batch.splice(0)
    }
    if (batch.length > 0) yield batch
  }

  #addPerson(row: Row, rule: IdentityRule, form: number): number {
    const described = describe(row, rule, this.#secrets, this.#leavers)
    requireStorable(described)
    const before = this.#before('person', described.id, '', this.people.length)
    const known = this.people[before] as Growing<PersonRecord> | undefined
    if (known === undefined) {
      this.people.push({ ...personOf(described, form), manager: described.manager?.value ?? '' })
      this.#changes.people.push(0)
      return before
    }
    const changed = () => countChange(this.#changes.people, before)
    unite(known, described, rule, () => `the identity ${shown(described.id)}`, changed)
    addKeys(known.keys, described.keys)
    if (known.manager !== '' || described.manager === undefined) return before
    known.manager = described.manager.value
    known.form = form
    changed()
    return before
  }

  #addAccount(row: Row, rule: AccountRule, form: number): number {
    const described = describe(row, rule, this.#secrets, this.#leavers)
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
    const changed = () => countChange(this.#changes.accounts, before)
    unite(known, described, rule, () => `the account ${shown(described.id)}`, changed)
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
    if (rule.firstWins) givesWay(fields)
    const keys = fieldTexts(row, rule.keys)
    requireStorable([fields, keys])
    const before = this.#entitlementBefore(application, id)
    const known = this.entitlements[before] as Growing<EntitlementRecord> | undefined
    const place = { part: row.part, at: row.at }
    if (known === undefined) {
      this.entitlements.push({ application, id, place, fields, keys: Object.entries(keys) })
      this.#changes.entitlements.push(0)
      return before
    }
    const changed = () => countChange(this.#changes.entitlements, before)
    unite(known, { place, fields }, rule, () => `the entitlement ${shown(id)}`, changed)
    addKeys(known.keys, keys)
    return before
  }

  /** The same for an entitlement, which may be known by another way to write a distinguished name. */
  #entitlementBefore(application: string, id: string): number {
    const next = this.entitlements.length
    const form = this.#byKey.has(keyOf('entitlement', application, id)) ? undefined : formOfName(id)
    const named = form === undefined ? next : this.#before('name', application, form, next)
    return this.#before('entitlement', application, id, named)
  }

  /** The ordinal of an existing record; for a new record `next`, which is then its ordinal. */
  #before(kind: string, first: string, second: string, next: number): number {
    const key = keyOf(kind, first, second)
    const before = this.#byKey.get(key)
    if (before === undefined) this.#byKey.set(key, next)
    return before ?? next
  }
}

function personOf({ id, place, fields, attributes, keys }: Described, form: number): Omit<PersonRecord, 'manager'> {
  return { form, id, place, fields, attributes, keys: Object.entries(keys) }
}

function addKeys(into: (readonly [string, string])[], keys: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(keys)) {
    if (!into.some(([name, known]) => name === key && known === value)) into.push([key, value])
  }
}

function keyOf(kind: string, first: string, second: string): string {
  return `${kind}\0${first}\0${second}`
}

async function* endingWith<T>(batches: AsyncGenerator<T, void, undefined>, end: () => void) {
  yield* batches
  end()
}
