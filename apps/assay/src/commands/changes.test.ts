import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { measuredLines } from './changes.ts'

test('health says when its newest figures were measured, because profiles accepted later are not in them', () => {
  const at = (time: string) => ({ measureTime: timestampFromDate(new Date(time)) })
  expect(measuredLines([at('2026-11-30T17:05:40Z'), at('2026-10-01T08:00:00Z')])).toEqual([
    'The newest figures are of 2026-11-30 17:05 UTC, without profiles accepted later. A worker measures after each load, analysis and evaluation of rules.',
  ])
  expect(measuredLines([])).toEqual([])
})
