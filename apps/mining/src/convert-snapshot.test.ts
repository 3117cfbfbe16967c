import { expect, test } from 'vitest'
import { toDescriptionMessage } from './convert-snapshot.ts'

test('a description keeps its figures', () => {
  const figures = { identityCount: 5, enabledHumanCount: 3, applicationCount: 2, entitlementCount: 4, grantCount: 9 }
  const attributes = [{ key: 'department', valueCount: 2 }]
  const message = toDescriptionMessage({ importId: '3', committedAt: new Date(1500), ...figures, attributes })
  expect(message).toMatchObject({
    importId: '3',
    ...figures,
    attributes,
    commitTime: { seconds: 1n, nanos: 500_000_000 },
  })
})
