import { expect, test } from 'vitest'
import { hasTwelveHours, readDate } from './read-date.ts'

test.each([
  ['11/30/2026 9:05:00 AM', 'M/d/yyyy', '2026-11-30T09:05:00Z'],
  ['11/30/2026 9:05:00 PM', 'M/d/yyyy H:mm:ss', '2026-11-30T21:05:00Z'],
  ['11/30/2026 12:05 AM', 'M/d/yyyy H:mm', '2026-11-30T00:05:00Z'],
  ['11/30/2026, 12:05 p.m.', 'MM/dd/yyyy', '2026-11-30T12:05:00Z'],
  ['30-Nov-26 09.05 PM', 'dd-MMM-yyyy', '2026-11-30T21:05:00Z'],
  ['30-NOV-26 09.05.11.000000 PM', 'd-MMM-yyyy', '2026-11-30T21:05:11Z'],
  ['30-NOV-98', 'dd-MMM-yyyy', '1998-11-30'],
  ['30. November 2026', 'dd-MMM-yyyy', '2026-11-30'],
  ['3 déc. 2026', 'dd-MMM-yyyy', '2026-12-03'],
  ['1er août 2026', 'dd-MMM-yyyy', '2026-08-01'],
  ['15 de enero de 2026', 'dd-MMM-yyyy', '2026-01-15'],
  ['30-Dez-2026', 'dd-MMM-yyyy', '2026-12-30'],
  ['5 März 2026', 'dd-MMM-yyyy', '2026-03-05'],
  ['Nov 30, 2026', 'dd-MMM-yyyy', '2026-11-30'],
  ['November 3rd, 2026 4:00 PM', 'dd-MMM-yyyy', '2026-11-03T16:00:00Z'],
  ['2026-Nov-30', 'yyyy-MMM-dd', '2026-11-30'],
  ['30NOV2026', 'ddMMMyyyy', '2026-11-30'],
  ['23:59 30-Nov-2026', 'HH:mm dd-MMM-yyyy', '2026-11-30T23:59:00Z'],
  ['31-DEC-1999', 'dd-MMM-yyyy', '1999-12-31'],
  ['31.12.2024 23:59', 'd.M.yyyy HH:mm', '2024-12-31T23:59:00Z'],
  ['20241231235958', 'yyyyMMddHHmmss', '2024-12-31T23:59:58Z'],
  ['23:59 31.12.2024', 'HH:mm dd.MM.yyyy', '2024-12-31T23:59:00Z'],
  ['2024-12-31 23:59:58', 'yyyy-MM-dd HH:mm:ss', '2024-12-31T23:59:58Z'],
])('"%s" is a date of the layout %s', (text, layout, date) => {
  expect(readDate(text, layout)).toBe(date)
})

test.each([
  ['11/30/2026 13:05 PM', 'M/d/yyyy'],
  ['11/30/2026 9:65 AM', 'M/d/yyyy'],
  ['30/11/2026 9:05 AM', 'M/d/yyyy'],
  ['31-Nov-26', 'dd-MMM-yyyy'],
  ['30-jui-2026', 'dd-MMM-yyyy'],
  ['31-DEC-99', 'dd-MMM-yyyy'],
  ['31-DEC-99 12.00.00 AM', 'dd-MMM-yyyy'],
  ['30-xyz-2026', 'dd-MMM-yyyy'],
  ['2026', 'd.M.yyyy HH:mm'],
  ['31.12.2024', 'd.M.yyyy HH:mm'],
])('"%s" is no date of the layout %s', (text, layout) => {
  expect(readDate(text, layout)).toBeUndefined()
})

test.each([
  ['11/5/2026 9:05 PM', true],
  ['11/5/2026 9:05 p.m.', true],
  ['11/5/2026 9:05:00 PM UTC', true],
  ['11/5/2026 21:05 UTC', false],
])('whether "%s" has a time of twelve hours is %s', (text, has) => {
  expect(hasTwelveHours(text)).toBe(has)
})
