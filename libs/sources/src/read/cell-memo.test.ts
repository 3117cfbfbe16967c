import { expect, test } from 'vitest'
import { CellMemo } from './cell-memo.ts'
import { ColumnDictionaries, TableRows } from './table-rows.ts'
import { TableScanner } from './table-scanner.ts'

function rowsOf(text: string, dictionaries = new ColumnDictionaries()): TableRows {
  const scanner = new TableScanner({ delimiter: Buffer.from(','), skippedLines: 0, recordLength: 1_000_000 })
  scanner.push(Buffer.from(text))
  const columns = { named: ['one', 'two'], find: (name: string) => ['one', 'two'].indexOf(name), nameOf: String }
  const placed = { part: 'p', columns, atOf: (record: number) => record }
  const records = Int32Array.from({ length: scanner.count }, (_, record) => record)
  return new TableRows(placed, scanner, records, dictionaries)
}

/** Remembers a row after both cells were read. */
function remember(memo: CellMemo<string>, rows: TableRows, index: number): void {
  const row = rows.row(index)
  memo.watch(row)
  const texts = [row.get('one'), row.get('two')]
  memo.remember(rows, index, texts.join('|'))
}

test('rows are told apart by the cells that were looked at, wherever one cell ends and the next begins', () => {
  const memo = new CellMemo<string>()
  const rows = rowsOf('ab,c\na,bc\nabc,\nabc\nab,c\n,abc\n')
  remember(memo, rows, 0)
  expect(Array.from({ length: 6 }, (_, index) => memo.find(rows, index))).toEqual([
    'ab|c',
    undefined,
    undefined,
    undefined,
    'ab|c',
    undefined,
  ])
  remember(memo, rows, 2)
  // A row that ends before a column has no value in it.
  expect([memo.find(rows, 3), memo.find(rows, 5)]).toEqual(['abc|', undefined])
})

test('rows of another table are others, though their cells are the same', () => {
  const memo = new CellMemo<string>()
  const table = new ColumnDictionaries()
  remember(memo, rowsOf('a,b\n', table), 0)
  expect(memo.find(rowsOf('a,b\n', table), 0)).toBe('a|b')
  expect(memo.find(rowsOf('a,b\n'), 0)).toBeUndefined()
})

test('what is remembered is bounded, and found again after it began anew', () => {
  const memo = new CellMemo<string>()
  const table = new ColumnDictionaries()
  const long = 'x'.repeat(1000)
  let wrong = 0
  const text = (from: number) => Array.from({ length: 1000 }, (_, row) => `${from + row},${long}\n`).join('')
  for (let from = 0; from < 20_000; from += 1000) {
    const rows = rowsOf(text(from), table)
    for (let index = 0; index < rows.length; index++) {
      // Rows repeat, otherwise nothing more would be cached.
      for (let again = 0; again < 3; again++) memo.find(rows, index)
      remember(memo, rows, index)
      if (memo.find(rows, index) !== `${from + index}|${long}`) wrong++
    }
  }
  expect(wrong).toBe(0)
  expect(memo.find(rowsOf(text(0), table), 0)).toBeUndefined()
  const tooLong = rowsOf(`a,${'y'.repeat(5000)}\n`, table)
  remember(memo, tooLong, 0)
  expect(memo.find(tooLong, 0)).toBeUndefined()
})
