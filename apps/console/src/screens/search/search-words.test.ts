import { MiningSessionSchema, SessionTightnessSchema } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { populationText } from '../searches/texts.ts'
import { readSearchSearch } from './search.ts'
import { searchSentence, tightnessSentence } from './texts.ts'

const point = (tightness: number, membershipCount: number, gains: number) =>
  create(SessionTightnessSchema, { tightness, membershipCount, gainCount: BigInt(gains) })

test.each([
  [
    80,
    143,
    12,
    164,
    'At 80 %: 143 memberships of roles, whose members lack 12 grants. That is 21 memberships fewer than now.',
  ],
  [50, 1, 1, 0, 'At 50 %: 1 membership of roles, whose members lack 1 grant. That is 1 membership more than now.'],
  [100, 7, 0, 7, 'At 100 %: 7 memberships of roles, no member lacks anything.'],
])('at %i: %i places, %i gains, %i now', (tightness, places, gains, now, sentence) => {
  expect(tightnessSentence(point(tightness, places, gains), point(65, now, 0))).toBe(sentence)
})

test('a search says whom it looks at, and by which tightness', () => {
  const filters = [
    { attribute: 'job_title', values: ['Clerk', 'Nurse'] },
    { attribute: 'location', values: ['Oslo'] },
  ]
  const session = create(MiningSessionSchema, {
    population: { filters },
    peopleCount: 12,
    readyRoleCount: 1,
    prescribedTightness: 65,
  })
  expect(populationText(session)).toBe('job title: Clerk or Nurse; location: Oslo')
  expect(populationText(create(MiningSessionSchema))).toBe('All people')
  const values = ['i1', 'i2', 'i3', 'i4']
  const named = create(MiningSessionSchema, {
    population: { filters: [{ attribute: 'manager', values }] },
    valueNames: ['Ada Lovelace', 'Ada Lovelace', 'Grace Hopper'].map((displayName, place) => ({
      attribute: 'manager',
      value: values[place] ?? '',
      displayName,
    })),
  })
  expect(populationText(named)).toBe('manager: Ada Lovelace (i1) or Ada Lovelace (i2) or Grace Hopper or i4')
  expect(searchSentence(session)).toBe(
    '12 people: 1 potential role. A member holds at least 65 % of a role, as the data suggest.',
  )
  expect(searchSentence({ ...session, tightness: 90 })).toContain('90 % of a role, as you chose')
})

test.each([
  [{ tight: 80 }, { tight: 80 }],
  [{ tight: 101 }, {}],
  [{ tight: '80' }, {}],
])('the address %j says %j', (search, expected) => {
  expect(readSearchSearch(search)).toEqual(expected)
})
