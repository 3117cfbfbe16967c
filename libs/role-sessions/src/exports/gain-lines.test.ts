import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GainLines } from './gain-lines.ts'
import { csvCell } from './safe-csv.ts'

/** Text that a spreadsheet would run, text that needs quotes, other alphabets, and ids of equal and of different lengths. */
const ids = fc.oneof(
  fc.constantFrom('u1', 'u2', 'v1', '=cmd()', 'a,b', 'say "x"', 'Ωμέγα', 'longer-than-the-others'),
  fc.string(),
)

test('writes the lines that one would write one by one, in whatever blocks', () => {
  const identities = fc.array(fc.tuple(ids, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })), { maxLength: 30 })
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 5 }), identities, fc.integer({ min: 1, max: 400 }), (held, given, size) => {
      const lines = new GainLines(held, size)
      const blocks = given.flatMap(([id, isHeld]) => lines.add(id, Uint8Array.from(isHeld, Number)) ?? [])
      blocks.push(lines.rest())
      const expected = given.flatMap(([id, isHeld]) =>
        held.flatMap((entitlement, i) => (isHeld[i] ? [] : `${csvCell(id)},${csvCell(entitlement)},gain\r\n`)),
      )
      expect(Buffer.concat(blocks.map(({ bytes }) => bytes)).toString()).toBe(expected.join(''))
    }),
    { numRuns: 500, seed: 3 },
  )
})

test('a block that was given back is written over, and no other', () => {
  const lines = new GainLines(['e1', 'e2'], 40)
  const nothing = new Uint8Array(2)
  const first = [...'abcdefgh'].flatMap((id) => lines.add(id, nothing) ?? [])
  const [given, kept] = [first[0], first[1]]
  const [before, keptText] = [given?.bytes.toString(), kept?.bytes.toString()]
  given?.reuse()
  for (const id of 'ijklmnop') lines.add(id, nothing)
  expect(given?.bytes.toString()).not.toBe(before)
  expect(kept?.bytes.toString()).toBe(keptText)
})
