import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listsFrom } from './attribute-lists.ts'
import { cleanValues, foldedValue, isPlaceholder } from './attribute-values.ts'
import { cleanLists, columnsOf, placeValues, sizesOf, spellingsOf } from './list-columns.ts'

const words = ['Apollo', 'apollo ', 'Gemini', 'Mercury', 'N/A', 'Vostok', 'VOSTOK', 'Soyuz', 'Skylab', '']

const anyLists = fc.array(fc.array(fc.nat(words.length - 1), { maxLength: 6 }), { maxLength: 30 })

function columnsOfWords(rows: readonly (readonly number[])[], isPlaced: (size: number) => boolean) {
  const attribute = { key: 'missions', values: words, lists: listsFrom(rows) }
  const persons = Uint32Array.from(rows.keys())
  const clean = cleanValues(attribute, persons)
  const lists = cleanLists(attribute.lists, clean, persons)
  const sizes = sizesOf(lists, clean.spellingOffset.length - 1)
  return columnsOf(lists, placeValues(lists, sizes, isPlaced)).map((one) => ({ ...one, ...spellingsOf(clean, one) }))
}

test('each value of a list stands whole in one column, and nobody has two values of a column', () => {
  fc.assert(
    fc.property(anyLists, fc.integer({ min: 1, max: 4 }), (rows, least) => {
      const found = new Map<string, number[]>()
      for (const { column, spelling, spellingOffset } of columnsOfWords(rows, (size) => size >= least)) {
        for (let ordinal = 0; ordinal + 1 < spellingOffset.length; ordinal++) {
          const value = foldedValue(words[spelling[spellingOffset[ordinal]!]!]!)
          expect(found.has(value)).toBe(false)
          found.set(
            value,
            [...column.keys()].filter((person) => column[person] === ordinal),
          )
        }
      }
      const byHand = new Map<string, number[]>()
      for (const value of new Set(words.filter((word) => !isPlaceholder(word)).map(foldedValue))) {
        const having = [...rows.keys()].filter((person) => rows[person]!.some((v) => foldedValue(words[v]!) === value))
        if (having.length >= least) byHand.set(value, having)
      }
      expect(new Map([...found].sort())).toEqual(new Map([...byHand].sort()))
    }),
  )
})

test('known is who has any value, whatever column it stands in', () => {
  fc.assert(
    fc.property(anyLists, (rows) => {
      for (const { known } of columnsOfWords(rows, () => true)) {
        expect([...known]).toEqual(rows.map((row) => (row.some((v) => !isPlaceholder(words[v]!)) ? 0 : -1)))
      }
    }),
  )
})

test('the commonest values take the first columns, and a list gets 32 at most', () => {
  const everybodyHasAll = Array.from({ length: 40 }, () => Array.from({ length: 50 }, (_, v) => v))
  const lists = listsFrom(everybodyHasAll.map((row, person) => row.filter((v) => person < 40 - (v % 20))))
  const { columnCount, columnOf } = placeValues(lists, sizesOf(lists, 50), () => true)
  expect(columnCount).toBe(32)
  expect([...columnOf].filter((column) => column < 0)).toHaveLength(18)
  expect([columnOf[0], columnOf[20], columnOf[40]]).toEqual([0, 1, 2])
  expect(columnOf[19]).toBe(-1)
})

test('of the spellings of a value in lists the commonest comes first', () => {
  const { spelling, spellingOffset } = columnsOfWords([[6], [6, 5], [6], [5]], (size) => size > 0)[0]!
  expect([...spelling.subarray(0, spellingOffset[1])].map((raw) => words[raw])).toEqual(['VOSTOK', 'Vostok'])
})
