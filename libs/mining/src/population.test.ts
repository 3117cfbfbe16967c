import { expect, test } from 'vitest'
import { resolveSettings } from './cohort-settings.ts'
import { preparePopulation } from './population.ts'
import { snapshotOf } from './snapshot.ts'
import { tinyParts } from './testing-snapshots.ts'

test('attributes that organisations describe people by come first, in their order; the others follow as the data have them', () => {
  const attribute = (key: string) => ({ key, values: ['a', 'b'], column: Int32Array.of(0, 0, 1, 1) })
  const keys = ['team', 'manager', 'cost_center', 'job_title', 'department']
  const snapshot = snapshotOf({
    ...tinyParts(),
    identityKey: Int32Array.of(1, 2, 3, 4),
    identityStatus: new Uint8Array(4),
    identityType: new Uint8Array(4),
    rowOffset: Uint32Array.of(0, 1, 2, 3, 4),
    rowEntitlement: Uint32Array.of(0, 0, 1, 1),
    lastUsedDay: new Uint16Array(4),
    attributes: keys.map(attribute),
  })
  const { attributes } = preparePopulation(snapshot, resolveSettings({ minCohortSize: 2 }), 'people')
  expect(attributes.map(({ key }) => key)).toEqual(['department', 'job_title', 'manager', 'team', 'cost_center'])
})
