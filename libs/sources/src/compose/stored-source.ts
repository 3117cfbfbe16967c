import type { AccountRule, Expression, Input, PersonFields, Reference, Rule } from '../map/map.ts'
import { applicationFields, entitlementFields, personFields } from '../map/map-members.ts'
import { codedGrantRows } from '../read/coded-rows.ts'
import type { RowReading } from '../read/part.ts'
import { Row } from '../row.ts'
import type { SecretColumns } from '../secret-columns.ts'
import { listOf, type Members, textOf, type Value, valueAt } from '../value.ts'
import { describedOf } from './described-records.ts'
import type { RecordForms } from './records.ts'
import type { Source, SourceBatch } from './source.ts'
import { storedGrantRows } from './stored-grants.ts'

const recordKinds = ['people', 'accounts', 'applications', 'entitlements', 'grants', 'usage'] as const
export type RecordKind = (typeof recordKinds)[number]

/** Records of a source that were read earlier and are stored elsewhere. */
export interface StoredRecords {
  readonly forms: RecordForms
  /** The kinds of records that exist. */
  readonly kinds: readonly RecordKind[]
  /** Whether its people are accounts, which belong to people of other sources or are orphans. */
  readonly accountsOnly: boolean
  /** Names of the keys of people and accounts, and of entitlements. */
  readonly keyNames: readonly string[]
  /** Records of a kind in batches, in the order in which they were read. */
  read(kind: RecordKind): AsyncIterable<readonly Members[]>
  /**
   * Grants as CSV lines without a header, in the same order, with the cells `grantColumns`. It replaces `read` when there are too
   * many grants to make objects.
   */
  grantLines?(): AsyncIterable<Uint8Array>
  /** The same grants as the blocks of a `GrantEncoder`, which are read faster. Undefined when there are none; the lines are then read. */
  grantBlocks?(): Promise<AsyncIterable<Uint8Array> | undefined>
}

/** A source for a composition whose rows are stored records. */
export function storedSource(name: string, records: StoredRecords): Source {
  const inputs = records.kinds.map(inputOf)
  const map = {
    name,
    file: '',
    isGiven: false,
    isGeneric: false,
    title: '',
    checked: '',
    loses: [],
    reads: new Map(),
    inputs,
    synonyms: {},
    ...rulesOf(name, records),
  }
  const part = {
    name,
    format: 'json' as const,
    look: 'stored records',
    skeleton: new Map(records.kinds.map((kind) => [kind, new Set<string>()])),
    rows: (reading: RowReading) => rowsOf(name, records, reading),
  }
  return { name, map, parts: [{ part, inputs }] }
}

/** A stored record, whose members are read without paths. */
class StoredRow extends Row {
  readonly record: Members

  constructor(part: string, at: number | string, path: string, record: Members) {
    super(part, at, path)
    this.record = record
  }

  get(column: string): Value {
    return valueAt(this.record, column)
  }

  columns(): readonly string[] {
    return Object.keys(this.record)
  }
}

async function* rowsOf(
  name: string,
  records: StoredRecords,
  { paths }: RowReading,
): AsyncGenerator<SourceBatch, void, undefined> {
  for (const kind of recordKinds) {
    if (!paths.some(({ path }) => path === kind)) continue
    const blocks = kind === 'grants' ? await records.grantBlocks?.() : undefined
    if (blocks !== undefined) {
      yield* codedGrantRows(name, kind, blocks)
      continue
    }
    if (kind === 'grants' && records.grantLines !== undefined) {
      yield* storedGrantRows(name, kind, records.grantLines())
      continue
    }
    let at = 0
    for await (const batch of records.read(kind)) {
      yield batch.flatMap((record) => {
        at++
        const { part, row } = placeOf(record, name, at)
        return withKeys(record).map((each) => new StoredRow(part, row, kind, each))
      })
    }
  }
}

/** A row has one value for each key, so a record with several values becomes several rows. */
function withKeys(record: Members): Members[] {
  const keys = listOf(record.keys)
  if (keys.length === 0) return [record]
  const rows: Record<string, Value>[] = []
  for (const key of keys) {
    const [name, value] = listOf(key).map(textOf)
    if (name === undefined || value === undefined) continue
    const free = rows.find((row) => !Object.hasOwn(row, name)) ?? Object.create(null)
    if (!rows.includes(free)) rows.push(free)
    free[name] = value
  }
  return rows.map((named) => ({ ...record, keys: named }))
}

function placeOf({ place }: Members, name: string, at: number): { part: string; row: number | string } {
  const part = typeof place === 'object' && !Array.isArray(place) ? (place as Members) : {}
  const row = textOf(part.at)
  const line = Number(row)
  return { part: textOf(part.part) || name, row: row === '' ? at : Number.isInteger(line) ? line : row }
}

function rulesOf(name: string, { forms, accountsOnly, keyNames }: StoredRecords) {
  const keys = new Map(keyNames.map((key) => [key, memberOf('keys', key)]))
  const person = (kind: RecordKind, form: number, manager?: Reference) => ({
    ...ruleOf(kind, form),
    id: column('id'),
    idColumn: 'id',
    keys,
    fields: columns(personFields),
    attributes: new Map<string, Expression>(),
    takesOtherColumns: false,
    attributesFrom: 'attributes',
    mentioned: new Set<string>(),
    attributeColumns: new Map<string, string>(),
    manager,
    lastWins: false,
    described: (row: Row, secrets: SecretColumns) =>
      row instanceof StoredRow
        ? describedOf(row.record, { part: row.part, at: row.at }, { keyNames, manager }, secrets)
        : undefined,
  })
  const people = forms.people.map((manager, form): Rule & PersonFields =>
    person('people', form, reference('manager', manager)),
  )
  const accounts = forms.accounts.map(
    (identity, form): AccountRule => ({
      ...person('accounts', form),
      application: column('application'),
      identity: identity === null ? undefined : reference('identity', identity),
    }),
  )
  const asAccounts = people.map(
    (rule): AccountRule => ({
      ...rule,
      application: () => name,
      identity: undefined,
      standsForPerson: true,
    }),
  )
  return {
    identities: accountsOnly ? [] : people,
    accounts: accountsOnly ? [...asAccounts, ...accounts] : accounts,
    applications: [{ ...ruleOf('applications'), id: column('id'), fields: columns(applicationFields) }],
    entitlements: [
      {
        ...ruleOf('entitlements'),
        application: column('application'),
        id: column('id'),
        keys,
        fields: columns(entitlementFields),
        lastWins: false,
      },
    ],
    grants: forms.grants.map(({ holder, entitlement }, form) => ({
      ...ruleOf('grants', form),
      application: column('application'),
      holder: reference('holder', holder),
      entitlement: reference('entitlement', { match: entitlement, among: [] }),
      grantedAt: column('grantedAt'),
      lastUsedAt: column('lastUsedAt'),
      ends: column('ends'),
      notHeld: undefined,
      mayBeList: false,
    })),
    usage: forms.usage.map((holder, form) => ({
      ...ruleOf('usage', form),
      application: column('application'),
      holder: reference('holder', holder),
      day: column('day'),
    })),
  }
}

function inputOf(kind: RecordKind): Input {
  return {
    name: kind,
    glob: undefined,
    columns: [],
    only: false,
    notBeside: [],
    hasConnections: false,
    formats: [],
    path: kind,
    tree: undefined,
    beside: [],
    lacks: [],
    optional: true,
    needs: [],
    hasShortRows: false,
    sheet: undefined,
  }
}

/** The form is undefined for records whose rules are all alike. */
function ruleOf(kind: RecordKind, form?: number): Rule {
  const wanted = String(form)
  return {
    from: [kind],
    line: 0,
    where: form === undefined ? () => true : (row) => ofForm(row) === wanted,
    each: (row) => [row],
  }
}

/** A member of a record; the rows of a stored source are records, or lines with their texts. */
function column(name: string): Expression {
  return (row) => (row instanceof StoredRow ? row.record[name] : row.get(name))
}

const ofForm = column('form')

/** A member of the object that the record has under a name. */
function memberOf(name: 'fields' | 'keys', member: string): Expression {
  return (row) => {
    const members = (row as StoredRow).record[name] as Members | undefined
    return members !== undefined && Object.hasOwn(members, member) ? members[member] : undefined
  }
}

function columns(names: readonly string[]): ReadonlyMap<string, Expression> {
  return new Map(names.map((name) => [name, memberOf('fields', name)]))
}

function reference(name: string, { match, among, namesApplication = false }: RecordForms['usage'][number]): Reference {
  const application = namesApplication ? column(`${name}Application`) : undefined
  return { value: column(name), column: name, match, among, application }
}
