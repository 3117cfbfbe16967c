import { expect, test } from 'vitest'
import { readTraceParent, writeTraceParent } from './trace-parent.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

test.each([
  [`00-${trace}-${span}-01`, true],
  [`00-${trace}-${span}-00`, false],
  // Flags that were added after version 00, and the additional data of a later version.
  [`00-${trace}-${span}-03`, true],
  [`01-${trace}-${span}-01-more`, true],
])('%s names a step', (text, isSampled) => {
  expect(readTraceParent(text)).toEqual({ traceId: trace, spanId: span, isSampled })
})

test.each([
  undefined,
  '',
  [`00-${trace}-${span}-01`],
  `00-${trace}-${span}`,
  `00-${trace}-${span}-01-more`,
  `ff-${trace}-${span}-01`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `01-${trace}-${span}-01-${'x'.repeat(300)}`,
])('%s names none', (text) => {
  expect(readTraceParent(text)).toBeUndefined()
})

test('what is written is read again', () => {
  const step = { traceId: trace, spanId: span, isSampled: true }
  expect(readTraceParent(writeTraceParent(step))).toEqual(step)
})
