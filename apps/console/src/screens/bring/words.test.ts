import { LoadFaultSchema } from '@assay/contracts/assay/source/v1/source_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { byteWords, remainingSeconds } from './byte-words.ts'
import { groupFaults, placeOf } from './fault-groups.ts'
import { readBringSearch } from './search.ts'
import { isSourceId, sourceIdOf } from './source-id.ts'

test.each([
  ['HR export (3).xlsx', 'hr-export-3'],
  ['folder/Ärzte.csv.gz', 'arzte'],
  ['المالية.csv', 'files'],
  ['native.csv', 'files'],
  ['x'.repeat(300), 'x'.repeat(64)],
  ['', 'files'],
])('the file "%s" suggests a source that may be made', (name, id) => {
  expect(sourceIdOf(name)).toBe(id)
  expect(isSourceId(id)).toBe(true)
})

test.each(['', '-a', 'A', 'a b', 'native', 'x'.repeat(65)])('"%s" is no id of a source', (id) => {
  expect(isSourceId(id)).toBe(false)
})

test('faults that differ in their values alone are one cause, the largest first', () => {
  const fault = (at: string, column: string, reason: string) =>
    create(LoadFaultSchema, { file: 'people.csv', at, column, reason })
  const groups = groupFaults([
    fault('3', '', 'has 4 cells, not 5'),
    fault('9', 'status', '"asleep" is unknown'),
    fault('12', 'status', '"a \\"nap\\"" is unknown'),
  ])
  expect(groups.map(({ count, first }) => [count, placeOf(first)])).toEqual([
    [2, 'people.csv, row 9, status'],
    [1, 'people.csv, row 3'],
  ])
  expect(placeOf(fault('users[3]', '', 'x'))).toBe('people.csv, users[3]')
})

test('bytes are told in the unit that fits, and a rest only when something says how long it takes', () => {
  expect([0, 999, 14_600, 4_200_000, 3_000_000_000].map(byteWords)).toEqual([
    '0 B',
    '999 B',
    '14.6 kB',
    '4.2 MB',
    '3 GB',
  ])
  expect([remainingSeconds(0, 10, 9_000), remainingSeconds(5, 10, 100), remainingSeconds(5, 10, 4_000)]).toEqual([
    undefined,
    undefined,
    4,
  ])
})

test('an address that somebody wrote by hand is read as far as it says something', () => {
  expect(readBringSearch({ source: 'hr', load: 12, without: ['x'], other: 1 })).toEqual({ source: 'hr', load: '12' })
})
