import { afterAll, beforeAll, describe } from 'vitest'
import { testClients } from './cases/neighbours-clients.ts'
import { testDirectory } from './cases/neighbours-directory.ts'
import { testRoles } from './cases/neighbours-roles.ts'
import { testSearch } from './cases/neighbours-search.ts'
import { type Neighbours, prepareNeighbours } from './neighbours-fixture.ts'

// The calls that scripts make around role mining: the requests of section 26 of the contract, with their numbers there.

let prepared: Neighbours
beforeAll(async () => {
  prepared = await prepareNeighbours()
})
afterAll(() => prepared?.platform.stop())

describe('directory', () => testDirectory(() => prepared))
describe('roles', () => testRoles(() => prepared))
describe('search', () => testSearch(() => prepared))
describe('clients', () => testClients(() => prepared))
