import { expect, test } from 'vitest'
import { bandOf, counted, formatPercent, formatShare } from './figures.ts'

test.each([
  [43, 50, '43 of 50 (86 %)'],
  [7, 9, '7 of 9'],
  [10, 10, '10 of 10 (100 %)'],
  [9_996, 10_000, '9,996 of 10,000 (> 99 %)'],
  [4, 1_000, '4 of 1,000 (< 1 %)'],
  [0, 1_000, '0 of 1,000 (0 %)'],
  [undefined, 1_000, 'no data'],
])('%s of %s is written as %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text?.replaceAll(/ (?=\d* ?%)|(?<=[<>]) /g, '\u00a0'))
})

test('a per cent never rounds up to all or down to nothing', () => {
  expect(formatPercent(undefined)).toBe('no data')
  for (let part = 1; part < 1_000; part++) expect(['0\u00a0%', '100\u00a0%']).not.toContain(formatPercent(part / 1_000))
})

test.each([
  [1, 'most'],
  [0.8, 'most'],
  [0.799, 'many'],
  [0.5, 'many'],
  [0.499, 'few'],
  [0, 'few'],
  [undefined, 'none'],
])('a share of %s is in the band %s', (share, band) => {
  expect(bandOf(share)).toBe(band)
})

test('one person is no people', () => {
  expect([counted(0, 'person', 'people'), counted(1, 'person', 'people')]).toEqual(['0 people', '1 person'])
})
