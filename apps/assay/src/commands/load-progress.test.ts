import { expect, test } from 'vitest'
import { progressLine } from './load-progress.ts'

test.each([
  [
    { rows: 50_000, readBytes: 25e6, totalBytes: 100e6, seconds: 10 },
    '50,000 grants read from 100.0 MB of files (25 %), 5,000 a second, about 30 s left',
  ],
  [
    { rows: 600_000, readBytes: 10e6, totalBytes: 100e6, seconds: 60 },
    '600,000 grants read from 100.0 MB of files (10 %), 10,000 a second, about 9 min left',
  ],
  [{ rows: 10, readBytes: 0, totalBytes: 5e6, seconds: 1 }, '10 grants read from 5.0 MB of files, 10 a second'],
])('%j is said as %s', (progress, line) => {
  expect(progressLine(progress)).toBe(line)
})
