import { expect, test } from 'vitest'
import { coveringTests } from './covering-tests.ts'

test('a file is covered by the tests of its package that import it directly or indirectly, the quick ones first', () => {
  const [quick, others] = coveringTests('libs/role-model/src/front/exact-changes.ts')
  expect(quick).toContain('libs/role-model/src/readme.test.ts')
  expect(quick).not.toContain('libs/role-model/src/line-cover.test.ts')
  expect(others).toContain('libs/role-model/src/front/role-front.test.ts')
})

test('a file that no test imports has no group of tests', () => {
  expect(coveringTests('libs/role-model/src/absent.ts')).toEqual([])
})
