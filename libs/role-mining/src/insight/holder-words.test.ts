import type { HolderDescription } from '@assay/mining'
import { expect, test } from 'vitest'
import { holderSentences } from './holder-words.ts'

const sales: HolderDescription['conditions'][number] = {
  filters: [{ attribute: 'department', values: ['Sales'] }],
  people: 20,
  holders: 18,
  bits: 40,
  isPattern: true,
}

function said(description: Partial<HolderDescription>, held = 'it'): string[] {
  const none = new Uint32Array()
  const nobody: HolderDescription = {
    people: 100,
    holders: none,
    otherHolders: 0,
    holdersOfEach: [0],
    plainBits: 0,
    patternBits: 0,
    conditions: [],
    against: none,
    lacking: none,
  }
  return holderSentences({ ...nobody, ...description }, held)
}

test('one holder and several are counted with the right verbs', () => {
  const one = Uint32Array.of(1)
  const two = Uint32Array.of(1, 2)
  expect(said({ holders: one, otherHolders: 1, conditions: [sales], against: one, lacking: one })).toEqual([
    '1 of 100 enabled people holds it.',
    '1 identity that is not an enabled person also holds it: a disabled person, a service or the like.',
    '18 of the 20 people with department "Sales" hold it.',
    '1 person holds it although none of these conditions is true of this person.',
    '1 person meets one of these conditions and does not hold it.',
  ])
  expect(
    said({ holders: two, otherHolders: 2, conditions: [sales], against: two, lacking: two }, 'all of them'),
  ).toEqual([
    '2 of 100 enabled people hold all of them.',
    '2 identities that are not enabled people also hold all of them: disabled people, services or the like.',
    '18 of the 20 people with department "Sales" hold all of them.',
    '2 people hold all of them although none of these conditions is true of them.',
    '2 people meet one of these conditions and do not hold all of them.',
  ])
})
