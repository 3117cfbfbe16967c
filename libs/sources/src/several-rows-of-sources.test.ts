import { expect, test } from 'vitest'
import { Composition } from './compose/compose.ts'
import { storedSource } from './compose/stored-source.ts'
import { Faults } from './faults.ts'

type Record = { readonly [name: string]: string | Record | readonly Record[] | readonly string[][] }

function people(name: string, records: readonly Record[], keyNames: readonly string[] = []) {
  return storedSource(name, {
    forms: { people: [{ match: ['id'], among: ['identities'] }], accounts: [], grants: [], usage: [] },
    keyNames,
    kinds: ['people'],
    accountsOnly: false,
    read: async function* () {
      yield records
    },
  })
}

const person = (id: string, fields: Record, more: Record = {}): Record => ({
  form: '0',
  id,
  fields: { status: 'enabled', type: 'human', ...fields },
  attributes: {},
  manager: '',
  keys: [],
  ...more,
})

async function composed(...sources: ReturnType<typeof people>[]) {
  const faults = new Faults()
  const composition = new Composition(sources, { faults, split: '' })
  await composition.read()
  return { faults: faults.first, directory: composition.directory }
}

test('a person with two values of a key may be described otherwise by an earlier source', async () => {
  const keys = [
    ['dn', 'cn=ana'],
    ['dn', 'cn=ana ruiz'],
  ]
  const { faults, directory } = await composed(
    people('hr', [person('e1', { display_name: 'Ana Ruiz', email: 'ana@example.org' })]),
    people(
      'ad',
      [person('a1', { display_name: 'RUIZ Ana', email: 'ana@example.org', department: 'Sales' }, { keys })],
      ['dn'],
    ),
  )
  expect(faults).toEqual([])
  expect(directory.people).toMatchObject([{ id: 'e1', fields: { display_name: 'Ana Ruiz', department: 'Sales' } }])
  for (const [key = '', value = ''] of keys) {
    expect(directory.personKeys.find(key, value)).toMatchObject({ kind: 'one', ordinal: 0 })
  }
})

test('rows of one source about a person of another agree with each other, or are at fault', async () => {
  const first = people('hr', [person('e1', { display_name: 'Ana Ruiz', email: 'ana@example.org' })])
  const second = (...rows: Record[]) =>
    people(
      'ad',
      rows.map((fields) => person('a1', { email: 'ana@example.org', ...fields })),
    )
  const other = await composed(first, second({ department: 'Sales' }, { department: 'Money' }))
  expect(other.faults).toMatchObject([{ reason: expect.stringContaining('"Money" here and "Sales"') }])
  const more = await composed(first, second({ display_name: 'A' }, { display_name: 'A', department: 'Money' }))
  expect(more.faults).toEqual([])
  expect(more.directory.people).toMatchObject([{ fields: { display_name: 'Ana Ruiz', department: 'Money' } }])
})

test('two people of one source with the same mail address stay two, whatever other sources have', async () => {
  const shared = { email: 'front.desk@example.org' }
  const { directory } = await composed(
    people('hr', [person('e1', { email: 'ana@example.org' })]),
    people('ad', [person('a1', shared), person('a2', shared)]),
  )
  expect(directory.people.map(({ id }) => id)).toEqual(['e1', 'a1', 'a2'])
})
