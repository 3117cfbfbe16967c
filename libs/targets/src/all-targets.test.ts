import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { targetNamed, targets } from './all-targets.ts'
import type { PublishedProfile } from './published-profile.ts'
import { ada, hostileNames, hostileProfiles, profile, textOf } from './testing-profiles.ts'

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
      expect([...content()].join('')).not.toMatch(
        /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
      )
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

const other = '1b8f6e5a-1c2d-4e3f-8a9b-0123456789ab'
const entitlement = (applicationId: string, id: string) => ({
  applicationId,
  applicationDisplayName: applicationId,
  id,
  displayName: '',
  resourceType: '',
  isOwn: applicationId === 'scim',
})
const file = (target: string, name: string, profiles: readonly PublishedProfile[]) =>
  textOf(targetNamed(target)?.files(profiles) ?? [], name)

test('SCIM: a group of the server and an entitlement elsewhere that has its id are two things', () => {
  const profiles = [
    profile({ displayName: 'One', entitlements: [entitlement('git', 'writer')] }),
    profile({ displayName: 'Two', id: other, entitlements: [entitlement('scim', 'git/writer')] }),
  ]
  const { Operations } = JSON.parse(file('scim', 'bulk.json', profiles)) as {
    Operations: { method: string; data: { members: { display: string }[]; Operations: { value: unknown }[] } }[]
  }
  const [posted, patched] = Operations.slice(2)
  expect([posted?.method, posted?.data.members]).toEqual(['POST', [expect.objectContaining({ display: 'One' })]])
  expect([patched?.method, patched?.data.Operations[0]?.value]).toEqual([
    'PATCH',
    [expect.objectContaining({ display: 'Two' })],
  ])
})

test('midPoint: names that it would take for the same get the beginning of their ids', () => {
  const names = (...displayNames: string[]) => {
    const ids = [profile().id, other]
    const given = [[entitlement('a', 'bc'), entitlement('ab', 'c')], []]
    const profiles = displayNames.map((displayName, place) =>
      profile({ id: ids[place]!, displayName, entitlements: given[place]! }),
    )
    const text = file('midpoint', 'roles.xml', profiles)
    return [...text.matchAll(/<name>(.*)<\/name>/g)].map(([, name]) => name)
  }
  const entitlements = [
    expect.stringMatching(/^a\/bc \([\da-f]{8}\)$/),
    expect.stringMatching(/^ab\/c \([\da-f]{8}\)$/),
  ]
  expect(names('C++', 'c#')).toEqual(['C++ (0b8f6e5a)', 'c# (1b8f6e5a)', ...entitlements])
  expect(names('山田', 'Иван')).toEqual(['山田 (0b8f6e5a)', 'Иван (1b8f6e5a)', ...entitlements])
  expect(names('Builders', 'Buyers')).toEqual(['Builders', 'Buyers', ...entitlements])
})

test.each(['=1+1', '＝1+1', '＠SUM(1)', '\n=1', '\t=1'])(
  'CSV: the name %j is no formula, and an id none that runs something',
  (name) => {
    const text = file('csv', 'access_profiles.csv', [profile({ displayName: name })])
    expect(text).toMatch(/^\S+\r\n[\da-f-]+,"?'/)
    const harmful = `${name}(x)`
    const entitlements = file('csv', 'access_profile_entitlements.csv', [
      profile({ entitlements: [entitlement('git', harmful)] }),
    ])
    expect(entitlements).toContain(`'${harmful}`)
  },
)

function hashOf(pieces: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
