import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describe } from './compose/add-people.ts'
import { Leavers } from './compose/leavers.ts'
import { storedSource } from './compose/stored-source.ts'
import { RowFault } from './map/map.ts'
import type { Row } from './row.ts'
import { SecretColumns } from './secret-columns.ts'

const mostly = <T>(usual: readonly T[], odd: readonly T[]) =>
  fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) })
const text = mostly(
  ['a', 'Ann B', 'true', 'constructor', '__proto__', '~', '-'],
  [' a', 'b ', '', 'é', 'e\u0301', 'x\ty'],
)
const named = (...names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), text)
const record = fc.record({
  form: fc.constant('0'),
  id: fc.oneof({ weight: 9, arbitrary: text }, fc.constantFrom('System.Object[]', "X'e4'")),
  fields: fc
    .tuple(
      named('display_name', 'email', 'username'),
      fc.record({
        status: mostly(['enabled', 'disabled', 'deleted'], ['active', '']),
        type: mostly(['human', 'service'], ['bot']),
      }),
    )
    .map(([some, words]) => ({ ...some, ...words })),
  attributes: fc.oneof(named('team', 'constructor'), named('team', 'manager', 'tags[\u001f]')),
  keys: fc.oneof(
    fc.constant([]),
    fc.array(fc.tuple(fc.constantFrom('dn', 'cn[\u001f]', 'constructor'), text), { maxLength: 3 }),
  ),
  manager: text,
})

test('a stored record says what its values say one by one', async () => {
  let known = 0
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
      const { map, parts } = storedSource('hr', {
        forms: { people: [{ match: ['id'], among: ['identities'] }], accounts: [null], grants: [], usage: [] },
        keyNames: ['dn', 'cn[\u001f]', 'constructor'],
        kinds: ['people', 'accounts'],
        accountsOnly: false,
        read: async function* () {
          yield records
        },
      })
      const [part] = parts
      const [person] = map.identities
      const [account] = map.accounts
      if (part === undefined || person === undefined || account === undefined) throw new Error('there are no rules')
      const secrets = new SecretColumns([])
      const leavers = new Leavers('2025-06-01')
      const reading = { paths: [{ path: 'people' }], synonyms: {}, hasShortRows: false }
      for await (const rows of part.part.rows(reading)) {
        if (!Array.isArray(rows)) throw new Error('stored records come as rows')
        for (const row of rows as readonly Row[]) {
          for (const rule of [person, account]) {
            const { described, ...asked } = rule
            const said = () => ({ ...describe(row, rule, secrets, leavers) })
            let expected: object | string
            try {
              expected = { ...describe(row, asked, secrets, leavers) }
            } catch (error) {
              if (!(error instanceof RowFault)) throw error
              expect(said).toThrow(error.message)
              continue
            }
            expect(said()).toEqual(expected)
            if (described?.(row, secrets) !== undefined) known++
          }
        }
      }
    }),
    { seed: 1 },
  )
  expect(known).toBeGreaterThan(100)
})
