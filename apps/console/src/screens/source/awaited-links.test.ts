import { CorrelationRule as Rule } from '@assay/contracts/assay/source/v1/source_pb'
import { ListAccountsResponseSchema } from '@assay/contracts/assay/source/v1/source_service_pb'
import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { awaitedPage, countAwaited, keyOfAccount } from './awaited-links.ts'

const page = (nextPageToken: string, ...rules: Rule[]) =>
  create(ListAccountsResponseSchema, {
    accounts: rules.map((rule, place) => ({ applicationId: 'ad', id: `${nextPageToken}${place}`, rule })),
    nextPageToken,
  })
const pages = [page('b', Rule.EMAIL, Rule.LINK), page('c', Rule.LINK, Rule.LINK, Rule.UNSPECIFIED), page('', Rule.LINK)]
const changes = (...ids: readonly (readonly [id: string, willBeLinked: boolean])[]) =>
  new Map(ids.map(([id, willBeLinked]) => [keyOfAccount({ applicationId: 'ad', id }), willBeLinked]))

test.each([
  [[], undefined],
  [[['b1', false]], { pageToken: '', count: 1 }],
  [
    [
      ['c0', false],
      ['c1', false],
      ['c2', true],
      ['0', false],
    ],
    { pageToken: 'b', count: 3 },
  ],
  [[['0', false]], { pageToken: 'c', count: 1 }],
  // These changes have taken effect.
  [
    [
      ['b0', false],
      ['b1', true],
    ],
    undefined,
  ],
] as const)('with the changed links %j the page %j is requested again', (changed, expected) => {
  expect(awaitedPage(pages, changes(...changed))).toEqual(expected)
})

test('a change that has taken effect is not counted', () => {
  const [before = page(''), after] = [page('b', Rule.LINK), page('b', Rule.UNSPECIFIED)]
  expect([before, after].map((one) => countAwaited(one, changes(['b0', false])))).toEqual([1, 0])
})
