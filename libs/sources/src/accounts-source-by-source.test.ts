import { expect, test } from 'vitest'
import { Composition } from './compose/compose.ts'
import { storedSource } from './compose/stored-source.ts'
import { Faults } from './faults.ts'

type Record = { readonly [name: string]: string | Record | readonly Record[] | readonly string[][] }
type Records = readonly Record[]

const identity = { match: ['id'], among: ['identities' as const] }

/** A source that may define people, even if it has none. */
function people(name: string, records: Records) {
  return sourceOf(name, 'people', records)
}

function accounts(name: string, records: Records, onRead: () => void = () => {}) {
  return sourceOf(name, 'accounts', records, onRead)
}

function sourceOf(name: string, kind: 'people' | 'accounts', records: Records, onRead: () => void = () => {}) {
  return storedSource(name, {
    forms: {
      people: kind === 'people' ? [identity] : [],
      accounts: kind === 'accounts' ? [null, identity] : [],
      grants: [],
      usage: [],
    },
    keyNames: [],
    kinds: [kind],
    accountsOnly: false,
    read: async function* () {
      onRead()
      yield records
    },
  })
}

const record = (id: string, fields: Record = {}, more: Record = {}): Record => ({
  form: '0',
  id,
  fields: { status: 'enabled', type: 'human', ...fields },
  attributes: {},
  keys: [],
  ...more,
})
const login = (id: string, fields: Record = {}, more: Record = {}) =>
  record(id, fields, { application: 'app', ...more })
const referring = (id: string, to: string, fields: Record = {}) => login(id, fields, { form: '1', identity: to })

async function composed(sources: readonly ReturnType<typeof sourceOf>[]) {
  const linkOf = ({ id }: { readonly id: string }) => (id === 'linked' ? 'e2' : undefined)
  const composition = new Composition(sources, { faults: new Faults(), split: '', linkOf })
  await composition.read()
  const { directory } = composition
  return {
    people: directory.people,
    owners: directory.accounts.map(({ source, id, person, rule }) => [source, id, directory.people[person]?.id, rule]),
    accounts: directory.accounts,
    orphans: [...directory.orphans.values()],
    conflicts: directory.conflicts,
  }
}

const staff = people('hr', [
  record('e1', { email: 'ana@example.org' }),
  record('e2', { email: 'bo@example.org' }),
  record('e3', { email: 'desk@example.org' }),
  record('e4', { email: 'desk@example.org' }),
])
const first = accounts('first', [
  login('a1', { email: 'ana@example.org', username: 'Ana', status: 'disabled' }),
  login('linked', { email: 'ana@example.org' }),
  login('nobody'),
  login('shared', { email: 'desk@example.org' }),
  referring('e2-login', 'e2', { email: 'ana@example.org' }),
])
const withService = accounts('services', [
  login('robot', { type: 'service', email: 'bo@example.org' }),
  login('b1', { email: 'bo@example.org' }),
])
const referringToService = accounts('last', [
  referring('c1', 'robot', { email: 'ana@example.org' }),
  referring('c2', 'robot', { email: 'bo@example.org' }),
  login('e1'),
])

const cases = {
  'people first': [staff, first, withService, referringToService],
  'accounts before the people': [first, staff, withService, referringToService],
  'people between accounts': [first, withService, staff, referringToService],
  'no people': [first, withService, referringToService],
  'two sources of people': [staff, first, people('more', [record('nobody', { email: 'no@example.org' })])],
  'a source in two parts': [
    staff,
    accounts('first', [login('a1')]),
    accounts('first', [login('a1', { email: 'ana@example.org' })]),
  ],
}

test.each(Object.entries(cases))(
  'the accounts have the same people as with all accounts at the end: %s',
  async (_, sources) => {
    // A last source that may define people makes all accounts wait for it.
    const { people: found, ...rest } = await composed(sources)
    const { people: expected, ...others } = await composed([...sources, people('none', [])])
    expect(rest).toEqual(others)
    expect(found).toEqual(expected)
  },
)

test('a reference to a service account of an earlier source does not decide, as the sources in any order show', async () => {
  const { owners } = await composed([staff, withService, referringToService])
  expect(owners).toEqual([
    ['services', 'robot', 'robot', 'service'],
    ['services', 'b1', 'e2', 'email'],
    ['last', 'c1', 'e1', 'email'],
    ['last', 'c2', 'e2', 'email'],
    ['last', 'e1', 'e1', 'id'],
  ])
})

test('the details of the accounts of a source are freed before the next source is read', async () => {
  const open: (number | undefined)[] = []
  const count = () => {
    open.push(composition.directory.accounts.filter(({ details }) => details !== undefined).length)
  }
  const sources = [
    accounts('early', [login('early')]),
    staff,
    accounts('one', [login('a1'), login('a2')], count),
    accounts('two', [login('b1')], count),
  ]
  const composition = new Composition(sources, { faults: new Faults(), split: '' })
  await composition.read()
  expect(open).toEqual([0, 0])
})
