import { expect, test } from 'vitest'
import { ColumnDictionaries } from './table-rows.ts'

test('the columns of a file together hold some memory at most', () => {
  const dictionaries = new ColumnDictionaries()
  const cell = Buffer.alloc(256 * 1024, 'x')
  const number = (column: number, row: number) => {
    cell.writeUInt32BE(0x20202020 + row)
    return dictionaries.of(column)?.numberOf(cell, 0, cell.length)
  }
  expect(number(0, 0)).toBe(0)
  for (let row = 1; row < 50; row++) for (let column = 0; column < 4; column++) number(column, row)
  // Numbering has started again.
  expect(number(0, 50)).not.toBe(50)
})

test('the cells of a file with thousands of columns are not numbered from some column on', () => {
  const dictionaries = new ColumnDictionaries()
  expect(dictionaries.of(3)).toBeDefined()
  expect(dictionaries.of(100_000)).toBeUndefined()
})
