import { type Faults, shown } from '../faults.ts'
import { splitValue } from '../map/expressions.ts'
import { type ApplicationRule, type EntitlementRule, type GrantRule, RowFault, type UsageRule } from '../map/map.ts'
import type { CodedRows } from '../read/coded-rows.ts'
import type { TableRows } from '../read/table-rows.ts'
import type { Row } from '../row.ts'
import { SecretColumns } from '../secret-columns.ts'
import { listOf, textOf } from '../value.ts'
import { addAccount, addPerson, givesWay, unite } from './add-people.ts'
import type { LinkOf } from './correlate-accounts.ts'
import { Correlation } from './correlation.ts'
import { countChange } from './count-change.ts'
import { CsvSlices } from './csv-text.ts'
import { Directory } from './directory.ts'
import { type GrantBlock, GrantBlocks, GrantLines, type GrantSink } from './grant-sinks.ts'
import type { GrantTime } from './grant-time.ts'
import { HeldEntitlements } from './held-entitlements.ts'
import { Holders } from './holders.ts'
import { Holdings } from './holdings.ts'
import { dependsOnApplication, type KnownGrant, KnownGrants } from './known-grants.ts'
import { Leavers } from './leavers.ts'
import { describesItsEntitlements, ListsInCells } from './lists-in-cells.ts'
import { type RuleReading, readSource } from './read-source.ts'
import { fieldText, fieldTexts, idText } from './record-values.ts'
import type { Source } from './source.ts'
import { privilegedOf } from './words.ts'

interface ComposeOptions {
  readonly faults: Faults
  /** Characters that separate entitlements in one cell; '' means that cells are no lists; undefined reports cells that look like lists. */
  readonly split?: string
  /** Stores the grants for later inspection; an import stores them itself. */
  readonly keepsGrants?: boolean
  /** The present time, since grants end and usage cannot be in the future. */
  readonly now?: Date
  /** Links of users. */
  readonly linkOf?: LinkOf
}

/** One mapped grant, for samples. */
interface GrantSample {
  readonly holder: string
  readonly application: string
  readonly entitlement: string
}

/** A grant by the ids of its person and entitlement, with times as in a file. */
interface FoundGrant {
  readonly identity: string
  readonly application: string
  readonly entitlement: string
  readonly grantedAt: string
  readonly lastUsedAt: string
}

/** The result of rows of grants, resolved against the known people and entitlements. */
export interface FoundGrants {
  readonly grants: readonly FoundGrant[]
  /** The number of rows by which an entitlement holds another. */
  readonly memberships: number
  /** The number of rows that name an entitlement that nothing else names. */
  readonly newEntitlements: number
}

/** Rows that are not grants, counted by reason. */
type LeftOut = Map<string, number>

const keptSamples = 10

/** The context in which the grants of one rule are added. */
interface GrantTools {
  readonly known: KnownGrants
  readonly holders: Holders
  readonly entitlements: HeldEntitlements
  readonly lists: ListsInCells | undefined
  /** The name of the source, when the rows of the grants also describe the entitlements. */
  readonly describesItself: string | undefined
  readonly sink: GrantSink
  readonly hasAccounts: boolean
  /** Receives each grant. */
  take(person: number, entitlement: number, grantedAt: string, lastUsedAt: string): void
}

/**
 * Combines several sources: people, applications and entitlements are held in memory, and grants stream. Call `read` first, then
 * read the grants, then everything else, since grants may name records that no rule describes.
 */
export class Composition {
  readonly directory = new Directory()
  readonly holdings: Holdings
  readonly leftOut: LeftOut
  readonly grantSamples: GrantSample[] = []
  /** Warnings about the data, for users. */
  readonly warnings: string[] = []
  readonly faults: Faults
  usageRows = 0
  usageThrough = ''
  /** Grants whose entitlement was not found. */
  unknownEntitlements = 0
  /** The number of rows of grants.csv at the end of each source, in the order of the sources. */
  readonly grantRows: { readonly source: string; readonly rows: number }[] = []
  readonly #sources: readonly Source[]
  readonly #split: string | undefined
  readonly #linkOf: LinkOf | undefined
  readonly #today: string
  readonly #tomorrow: string

  constructor(
    sources: readonly Source[],
    { faults, split, keepsGrants = false, now = new Date(), linkOf }: ComposeOptions,
  ) {
    this.holdings = new Holdings(keepsGrants)
    this.#sources = sources
    this.faults = faults
    this.leftOut = faults.leftOut
    this.#split = split
    this.#linkOf = linkOf
    this.#today = now.toISOString().slice(0, 10)
    this.#tomorrow = new Date(now.getTime() + 86_400_000).toISOString().slice(0, 10)
  }

  /** Reads people, accounts, applications and entitlements of all sources, and assigns the accounts to people. */
  async read(): Promise<void> {
    const secrets = new SecretColumns(this.warnings)
    const leavers = new Leavers(this.#today)
    const correlation = new Correlation(this.directory, this.#sources, this.#linkOf)
    for (const source of this.#sources) {
      const { map, name } = source
      const { directory } = this
      const readings: RuleReading[] = [
        ...map.identities.map((rule) => ({
          rule,
          changes: directory.personChanges,
          take: (row: Row) => addPerson(directory, name, row, rule, secrets, leavers),
        })),
        ...map.accounts.map((rule) => ({
          rule,
          changes: directory.accountChanges,
          take: (row: Row) => addAccount(directory, name, row, rule, secrets, leavers),
        })),
        ...map.applications.map((rule) => ({
          rule,
          changes: directory.applicationChanges,
          take: (row: Row) => this.#addApplication(row, rule),
        })),
        ...map.entitlements.map((rule) => ({
          rule,
          changes: directory.entitlementChanges,
          take: (row: Row) => this.#addEntitlement(source, row, rule),
        })),
      ]
      for await (const _ of readSource(source, readings, this.faults)) {
        // The rules take each batch.
      }
      await correlation.sourceIsRead(source)
    }
    leavers.report(this.warnings)
    await correlation.finish()
  }

  get hasUsage(): boolean {
    return this.#sources.some(({ map, parts }) =>
      map.usage.some(({ from }) => parts.some(({ inputs }) => inputs.some(({ name: input }) => from.includes(input)))),
    )
  }

  /** The content of grants.csv; reading it reads the grants. */
  async *grants(): AsyncGenerator<Uint8Array, void, undefined> {
    const sink = new GrantLines()
    for await (const _ of this.#readGrants(sink)) {
      const slice = sink.slices.full()
      if (slice !== undefined) yield slice
    }
    const rest = sink.slices.rest()
    if (rest !== undefined) yield rest
  }

  /**
   * The same grants instead of `grants`, by the ordinals of people and entitlements in the directory. A block is valid until the
   * next one.
   * @param readTime parses a text that is not empty; undefined for a text that is not a time, which is a fault
   */
  async *grantBlocks(readTime: (text: string) => GrantTime | undefined): AsyncGenerator<GrantBlock, void, undefined> {
    const sink = new GrantBlocks((text) => readTime(text) ?? this.#noTime(text))
    for await (const _ of this.#readGrants(sink)) {
      for (let block = sink.full(); block !== undefined; block = sink.full()) yield block
    }
    const rest = sink.rest()
    if (rest !== undefined) yield rest
  }

  #noTime(text: string): GrantTime {
    const reason = `${shown(text)} is neither a date (2025-01-31) nor a time (2025-01-31T12:00:00Z)`
    this.faults.add('grants.csv', 0, '', reason)
    return { seconds: Number.NaN, micros: 0 }
  }

  /** Sends all grants to the sink. Yields after each batch. */
  async *#readGrants(sink: GrantSink): AsyncGenerator<void, void, undefined> {
    const derivesPeople = this.directory.people.length === 0
    const take = (person: number, entitlement: number, grantedAt: string, lastUsedAt: string) => {
      const holder = this.directory.people[person]
      const known = this.directory.entitlements[entitlement]
      if (holder === undefined || known === undefined) return
      if (this.grantSamples.length < keptSamples) {
        this.grantSamples.push({ holder: holder.id, application: known.application, entitlement: known.id })
      }
      this.holdings.add(person, entitlement, lastUsedAt)
      sink.add({ person, entitlement, ids: [holder.id, known.id, known.application], grantedAt, lastUsedAt })
    }
    for (const source of this.#sources) {
      const holders = new Holders(this.directory, source, derivesPeople)
      const entitlements = new HeldEntitlements(this.directory, source)
      const readings = source.map.grants.map((rule) => {
        const lists = rule.mayBeList && this.#split === undefined ? new ListsInCells() : undefined
        const known = new KnownGrants(this.directory, rule)
        const hasAccounts = source.map.accounts.length > 0
        const describesItself = describesItsEntitlements(source.map, rule) ? source.name : undefined
        const tools = { known, holders, entitlements, lists, describesItself, sink, hasAccounts, take }
        return {
          rule,
          lists,
          take: (row: Row) => this.#addGrant(row, rule, tools),
          takeKnown: (rows: TableRows, index: number) => this.#addKnownGrant(known.find(rows, index), tools),
          takeCoded: (rows: CodedRows, index: number) => this.#addKnownGrant(known.findCoded(rows, index), tools),
        }
      })
      yield* readSource(source, readings, this.faults)
      for (const { lists } of readings) this.#judgeLists(lists)
      this.grantRows.push({ source: source.name, rows: this.holdings.rows })
    }
  }

  /**
   * Resolves only some rows of grants of a source, instead of reading all. Call it after `read`. Orphans among them are counted in
   * the directory.
   */
  async findGrants(source: Source): Promise<FoundGrants> {
    const { directory } = this
    const holders = new Holders(directory, source, false)
    const entitlements = new HeldEntitlements(directory, source)
    const grants: FoundGrant[] = []
    const before = { memberships: directory.memberships.length, entitlements: directory.entitlements.length }
    const take = (person: number, entitlement: number, grantedAt: string, lastUsedAt: string) => {
      const holder = directory.people[person]
      const known = directory.entitlements[entitlement]
      if (holder === undefined || known === undefined) return
      grants.push({ identity: holder.id, application: known.application, entitlement: known.id, grantedAt, lastUsedAt })
    }
    const hasAccounts = source.map.accounts.length > 0
    const shared = {
      holders,
      entitlements,
      lists: undefined,
      describesItself: undefined,
      sink: new GrantLines(),
      hasAccounts,
      take,
    }
    const readings = source.map.grants.map((rule) => {
      const tools = { ...shared, known: new KnownGrants(directory, rule) }
      return { rule, take: (row: Row) => this.#addGrant(row, rule, tools) }
    })
    for await (const _ of readSource(source, readings, this.faults)) {
      // The rules take each batch.
    }
    return {
      grants,
      memberships: directory.memberships.length - before.memberships,
      newEntitlements: directory.entitlements.length - before.entitlements,
    }
  }

  /** The content of usage.csv; reading it reads the usage. */
  async *usage(): AsyncGenerator<Uint8Array, void, undefined> {
    const slices = new CsvSlices()
    slices.add(['identity_id', 'application_id', 'day'])
    for (const source of this.#sources) {
      const holders = new Holders(this.directory, source, false)
      const readings = source.map.usage.map((rule) => ({
        rule,
        take: (row: Row) => this.#addUsage(row, rule, holders, slices),
      }))
      for await (const _ of readSource(source, readings, this.faults)) {
        const slice = slices.full()
        if (slice !== undefined) yield slice
      }
    }
    const rest = slices.rest()
    if (rest !== undefined) yield rest
  }

  #addApplication(row: Row, rule: ApplicationRule): number {
    return this.directory.addApplication(idText(rule.id(row), 'application'), fieldTexts(row, rule.fields))
  }

  #addEntitlement({ name }: Source, row: Row, rule: EntitlementRule): number {
    const { directory } = this
    const application = idText(rule.application(row), 'application')
    const id = idText(rule.id(row), 'id')
    const fields = fieldTexts(row, rule.fields)
    if (fields.privileged !== undefined) fields.privileged = privilegedOf(fields.privileged)
    if (rule.firstWins) givesWay(fields)
    const place = { part: row.part, at: row.at }
    const before = directory.entitlementOf(application, id)
    const known = before === undefined ? undefined : directory.entitlements[before]
    if (known !== undefined && known.source === name) {
      const changed = () => countChange(directory.entitlementChanges, before ?? 0)
      unite(known, { place, fields }, rule, () => `the entitlement ${shown(id)}`, changed)
    }
    const ordinal =
      before ?? directory.addEntitlement({ application, id, source: name, place, fields, isDescribed: true })
    for (const [key, value] of Object.entries(fieldTexts(row, rule.keys))) {
      directory.entitlementKeys.add(`${name} ${key}`, value, ordinal)
    }
    return ordinal
  }

  #addGrant(
    row: Row,
    rule: GrantRule,
    { known, holders, entitlements, lists, describesItself, take, hasAccounts }: GrantTools,
  ): void {
    const { directory } = this
    const why = known.held(row, () => this.#whyNotHeld(row, rule))
    if (why !== undefined) {
      this.#leaveOut(why)
      return
    }
    const applicationOf = () => (rule.application === undefined ? '' : fieldText(rule.application(row)))
    const application = applicationOf()
    const named = rule.entitlement.value(row)
    const values = rule.mayBeList && this.#split ? splitValue(named, this.#split, false) : named
    const held = listOf(values).filter((each) => textOf(each).trim() !== '')
    const findHolder = () => {
      const of = dependsOnApplication(rule.holder, hasAccounts) ? applicationOf() : application
      return holders.find(row, rule.holder, of)
    }
    const person = known.knownPerson(row)
    const holder =
      person === undefined
        ? known.person(row, findHolder, (found) => (found.kind === 'person' ? found.ordinal : -1))
        : { kind: 'person' as const, ordinal: person }
    if (held.length === 0) {
      this.#leaveOut('it names no entitlement')
      return
    }
    if (holder.kind === 'orphan') return
    for (const value of held) {
      const entitlement =
        held.length > 1
          ? entitlements.find(row, rule, application, value)
          : known.entitlement(row, () => {
              // Both cells determine the entitlement, so both are read here.
              rule.entitlement.value(row)
              return entitlements.find(row, rule, applicationOf(), value)
            })
      if (entitlement < 0) {
        this.unknownEntitlements++
        continue
      }
      if (holder.kind === 'entitlement') {
        directory.addMembership(holder.ordinal, entitlement)
        continue
      }
      const person = directory.people[holder.ordinal]
      const one = directory.entitlements[entitlement]
      if (person === undefined || one === undefined) continue
      const isDescribed = one.isDescribed && one.source !== describesItself
      if (lists !== undefined && !isDescribed) lists.take(person.id, textOf(value), { part: row.part, at: row.at })
      const { grantedAt, lastUsedAt } = rule
      const granted = grantedAt === undefined ? '' : known.grantedAt(row, () => textOf(grantedAt(row)).trim())
      const used = lastUsedAt === undefined ? '' : known.lastUsedAt(row, () => textOf(lastUsedAt(row)).trim())
      take(holder.ordinal, entitlement, granted, used)
    }
  }

  /** Adds a grant whose cells all occurred before. Returns false when the row must be mapped. */
  #addKnownGrant(grant: KnownGrant | undefined, { lists, sink }: GrantTools): boolean {
    if (grant === undefined || this.grantSamples.length < keptSamples) return false
    const { person, entitlement, lastUsedAt } = grant
    if (lists !== undefined && ListsInCells.concerns(this.directory.entitlements[entitlement.ordinal]?.id ?? '')) {
      return false
    }
    this.holdings.add(person.ordinal, entitlement.ordinal, lastUsedAt.text)
    sink.addKnown(grant)
    return true
  }

  #whyNotHeld(row: Row, rule: GrantRule): string | undefined {
    const why = rule.notHeld?.(row)
    if (why !== undefined) return why
    const ends = rule.ends === undefined ? '' : textOf(rule.ends(row))
    return ends !== '' && ends.slice(0, 10) < this.#today ? 'it has ended' : undefined
  }

  #addUsage(row: Row, rule: UsageRule, holders: Holders, slices: CsvSlices): void {
    const application = idText(rule.application(row), 'application')
    const day = textOf(rule.day(row)).trim().slice(0, 10)
    if (!/^\d{4}-\d\d-\d\d$/.test(day)) throw new RowFault('day', `${shown(day)} is no date such as 2025-01-31`)
    if (day > this.#tomorrow) {
      throw new RowFault('day', `${shown(day)} is in the future; today is ${this.#today}`)
    }
    const holder = holders.find(row, rule.holder, application)
    if (holder.kind !== 'person') return
    const person = this.directory.people[holder.ordinal]
    if (person === undefined) return
    this.directory.addApplication(application)
    this.usageRows++
    if (day > this.usageThrough) this.usageThrough = day
    slices.add([person.id, application, day])
  }

  #leaveOut(reason: string): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1)
  }

  #judgeLists(lists: ListsInCells | undefined): void {
    const found = lists?.found()
    if (found === undefined) return
    const { example, place, count, isSure } = found
    const isOne = count === 1
    const cells = `${count} ${isOne ? 'cell' : 'cells'} such as ${shown(example)}`
    if (isSure) {
      const reason = `${cells} ${isOne ? 'looks like a list' : 'look like lists'} of entitlements; give --split and the characters between, such as --split "|;,", or --split none when each is one entitlement`
      this.faults.addFatal({ file: place.part, at: place.at, column: '', reason })
    } else this.warnings.push(`${cells} ${isOne ? 'is' : 'are'} taken as one entitlement each; --split separates lists`)
  }
}
