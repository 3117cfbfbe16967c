import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { targetNamed, targets } from './all-targets.ts'
import { ada, hostileNames, hostileProfiles, profile } from './testing-profiles.ts'

describe.each(targets.map((target) => [target.id, target] as const))('%s', (id, target) => {
  test('the same profiles are the same bytes, however often they are asked for', () => {
    const bytes = () =>
      target.files(hostileProfiles()).map(({ name, content }) => [name, hashOf(content()), hashOf(content())])
    expect(bytes()).toEqual(bytes())
    for (const [, first, second] of bytes()) expect(first).toBe(second)
  })

  test('it writes the same files for many profiles, one and none, by plain names', () => {
    const names = (profiles: Parameters<typeof target.files>[0]) => target.files(profiles).map(({ name }) => name)
    expect(names([])).toEqual(names(hostileProfiles()))
    for (const name of names([])) expect(name).toMatch(/^[a-z][\w.-]*$/)
  })

  test('no file holds a character that nobody sees or that turns text, but for CSV, which has no escapes', () => {
    if (id === 'csv') return
    for (const { content } of target.files(hostileProfiles()))
      expect([...content()].join('')).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  test('it is found by its name and says what it loses', () => {
    expect(targetNamed(id)).toBe(target)
    expect(target.loses.length).toBeGreaterThan(0)
    for (const loss of target.loses) expect(loss).toMatch(/\.$/)
  })

  test('no piece grows with the members of a profile', () => {
    const members = Array.from({ length: 5_000 }, (_, place) => ({ ...ada, id: `p${place}` }))
    for (const { content } of target.files([profile({ members })]))
      for (const piece of content()) if (piece.length > 10_000) expect.fail(piece.slice(0, 100))
  })
})

test('nothing else is a target', () => {
  expect(targetNamed('')).toBeUndefined()
  expect(targetNamed('constructor')).toBeUndefined()
  expect(hostileNames.length).toBeGreaterThan(5)
})

function hashOf(pieces: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
