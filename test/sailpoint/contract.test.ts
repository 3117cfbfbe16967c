import { afterAll, beforeAll, describe } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { testAccess } from './cases/access.ts'
import { testBadRequests } from './cases/bad-requests.ts'
import { testContradictions } from './cases/contradictions.ts'
import { testDecisions } from './cases/decisions.ts'
import { testRules } from './cases/rules.ts'
import { type Prepared, prepare } from './prepared.ts'

observeTests()

// All tests share one platform: starting it takes longer than any of the tests.
let prepared: Prepared
beforeAll(async () => {
  prepared = await prepare()
})
afterAll(() => prepared?.platform.stop())

describe('rules of section 1', () => testRules(() => prepared))
describe('contradictions of section 14', () => testContradictions(() => prepared))
describe('decisions', () => testDecisions(() => prepared))
describe('access', () => testAccess(() => prepared))
describe('bad requests', () => testBadRequests(() => prepared))
