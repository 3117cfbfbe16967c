import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDay, parseInstant } from './instant.ts'

function read(text: string): number | undefined {
  const bytes = new TextEncoder().encode(`<${text}>`)
  const instant = { seconds: 0, micros: 0 }
  return parseInstant(bytes, 1, bytes.length - 1, instant) ? instant.seconds * 1000 + instant.micros / 1000 : undefined
}

test('reads every time from year 1 to 9999 as Date reads it', () => {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
  fc.assert(
    fc.property(date, (time) => {
      expect(read(time.toISOString())).toBe(time.getTime())
      const day = time.toISOString().slice(0, 10)
      expect(read(day)).toBe(Date.parse(day))
      expect(parseDay(new TextEncoder().encode(day), 0, 10) * 86_400_000).toBe(Date.parse(day))
    }),
  )
})

test.each([
  ['2025-03-01T10:00:00+02:00', '2025-03-01T08:00:00Z'],
  ['2025-03-01T10:00:00-00:30', '2025-03-01T10:30:00Z'],
  ['2025-03-01 10:00:00', '2025-03-01T10:00:00Z'],
  ['2025-03-01t10:00z', '2025-03-01T10:00:00Z'],
  ['2024-02-29', '2024-02-29T00:00:00Z'],
  ['2025-03-01T10:00:00.123456789Z', '2025-03-01T10:00:00.123Z'],
])('reads %s', (text, expected) => {
  expect(Math.floor(read(text) ?? Number.NaN)).toBe(Date.parse(expected))
})

test.each([
  '',
  'never',
  '2025',
  '2025-1-1',
  '2025-13-01',
  '2025-02-29',
  '1900-02-29',
  '2025-00-10',
  '2025-01-00',
  '2025-04-31',
  '2025-12-32',
  '0000-01-01',
  '01.02.2025',
  '2025-01-01T',
  '2025-01-01T24:00:00Z',
  '2025-01-01T10:00:00.Z',
  '2025-01-01T10:00:00+0200',
  '2025-01-01T10:00:00x02:00',
  '2025-01-01T10:00:00+02.00',
  '2025-01-01T10:00:00+02:000',
  '2025-01-01T10:00:00+24:00',
  '2025-01-01T10:00:00+02:60',
  '2025-01-01T10:00:00Z ',
  '2025-01-01X10:00:00Z',
])('refuses %j', (text) => {
  expect(read(text)).toBeUndefined()
})

test('refuses a time in which any digit is another character', () => {
  const time = '2025-03-01T10:20:30+02:00'
  for (const [place, character] of [...time].entries()) {
    if (!/\d/.test(character)) continue
    for (const other of ['/', ':', 'a', ' ', '-'])
      expect(read(time.slice(0, place) + other + time.slice(place + 1)), `${other} at ${place}`).toBeUndefined()
  }
})
