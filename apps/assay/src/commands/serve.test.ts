import { expect, test } from 'vitest'
import { stepsFor } from './serve.ts'

test('a person at a terminal sees the steps of a start, and a program only what is ready', () => {
  const lines: string[] = []
  const print = (line: string) => void lines.push(line)
  stepsFor({}, print)('Starting PostgreSQL ...')
  expect(lines).toEqual([])
  stepsFor({ isTTY: true }, print)('Starting PostgreSQL ...')
  expect(lines).toEqual(['Starting PostgreSQL ...'])
})
