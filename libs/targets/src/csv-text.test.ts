import { expect, test } from 'vitest'
import { csvRow, idCell, nameCell, ruleCell } from './csv-text.ts'

test.each([
  ['Sales', 'Sales', 'Sales', 'Sales'],
  ['Sales, north', '"Sales, north"', '"Sales, north"', '"Sales, north"'],
  ['-7', "'-7", '-7', '" -7"'],
  ['@acme/read', "'@acme/read", '@acme/read', '" @acme/read"'],
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"', '"\'=HYPERLINK(""x"")"', '" =HYPERLINK(""x"")"'],
  ['\uff1dcmd\uff5cx', "'\uff1dcmd\uff5cx", "'\uff1dcmd\uff5cx", '" \uff1dcmd\uff5cx"'],
])('%s as a name, as an id and as a rule', (text, name, id, rule) => {
  expect([nameCell(text), idCell(text), ruleCell(text)]).toEqual([name, id, rule])
})

test('a row ends as RFC 4180 has it', () => {
  expect(csvRow(['a', 'b'])).toBe('a,b\r\n')
})
