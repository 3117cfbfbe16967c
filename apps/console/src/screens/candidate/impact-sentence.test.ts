import { ImpactSchema } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { impactSentence } from './texts.ts'

const impact = (gainingPeople: number, gains: number, losingPeople: number, losses: number) =>
  create(ImpactSchema, {
    gainingPeople,
    losingPeople,
    gains: { count: BigInt(gains) },
    losses: { count: BigInt(losses) },
    replaced: { count: 1417n },
  })

test.each([
  [impact(60, 78, 0, 0), 'add', 'If it is added: 60 people gain 78 things; nobody loses anything.'],
  [impact(1, 1, 0, 0), 'add', 'If it is added: 1 person gains 1 thing; nobody loses anything.'],
  [
    impact(0, 0, 12, 40),
    'replace',
    'If it replaces single grants: nobody gains anything; 12 people lose 40 things. It replaces 1,417 single grants.',
  ],
] as const)('%#', (counts, mode, sentence) => {
  expect(impactSentence(counts, mode)).toBe(sentence)
})
