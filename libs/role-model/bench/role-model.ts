import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedData } from '../../../test/shared-data.ts'
import { multiplyOut } from '../src/draft-role.ts'
import { isIncompatible, mineRoleModel } from '../src/index.ts'
import type { RoleModel } from '../src/role-model.ts'
import { readGrants } from '../src/testing-access.ts'
import { plantedAccess, recoveryF1, withMovedGrants } from '../src/testing-planted.ts'

/** One line of the table, in the form that `npm run bench` prints. */
interface Measure {
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
}

interface RunOptions {
  readonly scale: 'small' | 'full'
  readonly say: (text: string) => void
}

const published = [
  { name: 'hc', roles: 14, complexity: 268 },
  { name: 'domino', roles: 20, complexity: 429 },
  { name: 'emea', roles: 34, complexity: 4106 },
  { name: 'apj', roles: 453, complexity: 4637 },
  { name: 'fire1', roles: 64, complexity: 2019 },
  { name: 'americas_small', roles: 178, complexity: 8845 },
]

/** Role models of public sets and of planted organisations: the number of roles, the bound, and the time. */
export const bench = {
  about: 'role models of public and planted sets, against the best published figures and the planted roles',
  async run(options: RunOptions): Promise<readonly Measure[]> {
    return [...publishedSets(options), ...plantedSets(options), ...plantedOrganisation(options)]
  },
}

type Access = Parameters<typeof mineRoleModel>[0]

function publishedSets({ say }: RunOptions): Measure[] {
  const sets = published.flatMap((set) => {
    const access = grantsIn(`hp-labs/${set.name}.txt`)
    return access === undefined ? [] : [{ ...set, access }]
  })
  if (sets.length < published.length) {
    say(`skipped: the HP Labs sets are not in ${join(sharedData, 'hp-labs')}`)
    return []
  }
  const models: RoleModel[] = []
  // Twice: the first round also compiles.
  const seconds = [0, 1].map(() => {
    models.length = 0
    return timed(() => {
      for (const { access } of sets) models.push(mineRoleModel(access))
    })
  })
  const measures = sets.flatMap(({ name, roles, access }, i): Measure[] => {
    checkExact(access, models[i]!)
    return [
      { measure: `${name}, roles`, value: models[i]!.roles.length, unit: '', goal: { atMost: roles } },
      { measure: `${name}, lower bound`, value: models[i]!.bound.roles, unit: '', goal: { atLeast: roles } },
    ]
  })
  measures.push(
    { measure: 'all six sets, fewest roles, first time', value: seconds[0]!, unit: 's', goal: { atMost: 3 } },
    { measure: 'all six sets, fewest roles, again', value: seconds[1]!, unit: 's' },
  )
  for (const { name, complexity, access } of sets) {
    const { model, seconds } = mined(access, 'least_complexity')
    say(
      `${name}: ${model.figures.complexity} links and roles with ${model.roles.length} roles, ${seconds.toFixed(2)} s`,
    )
    measures.push({
      measure: `${name}, least complexity`,
      value: model.figures.complexity,
      unit: '',
      goal: { atMost: complexity },
    })
  }
  return measures
}

function plantedSets({ scale, say }: RunOptions): Measure[] {
  const sets: { name: string; access: Access; entitlementsOf: number[][]; identitiesOf?: number[][] }[] = []
  for (const name of ['20_200_40_2_5', '40_400_80_4_5']) {
    const access = grantsIn(`planted/upa_${name}.txt`)
    if (access === undefined) say(`skipped: the planted set ${name} is not in ${join(sharedData, 'planted')}`)
    else sets.push({ name: `set ${name}`, access, entitlementsOf: readRoles(name) })
  }
  const size = { identities: 1000, entitlements: 2000, roles: 100 }
  for (const seed of scale === 'full' ? [1, 2, 3, 4, 5] : [1]) {
    const { access, entitlementsOf, identitiesOf } = plantedAccess({ ...size, seed })
    sets.push({
      name: `1,000 identities, 100 roles, seed ${seed}`,
      access,
      entitlementsOf: entitlementsOf.map((list) => [...list]),
      identitiesOf: identitiesOf.map((list) => [...list]),
    })
  }
  return sets.flatMap(({ name, access, entitlementsOf, identitiesOf }) =>
    [
      { share: 0.01, least: 0.9 },
      { share: 0.05, least: 0.8 },
    ].map(({ share, least }) => {
      const { model, seconds } = mined(withMovedGrants(access, share, 1), 'least_description')
      const f1 = recoveryF1(model.roles, entitlementsOf, identitiesOf)
      say(
        `${name}, ${share * 100} % moved: ${model.roles.length} of ${entitlementsOf.length} roles, ${seconds.toFixed(2)} s`,
      )
      const measure = `${name}, ${share * 100} % of grants moved, F1`
      return { measure, value: f1, unit: '', goal: { atLeast: least } }
    }),
  )
}

/**
 * Two organisations, one with few large roles and one with many small ones. The second leaves most grants undecided after
 * dominance.
 */
function plantedOrganisation({ scale, say }: RunOptions): Measure[] {
  const shapes = scale === 'full' ? [600, 1000, 2000] : [100]
  const [identities, entitlements] = scale === 'full' ? [5000, 10_000] : [500, 1000]
  return shapes.flatMap((roles): Measure[] => {
    const { access } = plantedAccess({ identities, entitlements, roles, seed: 1 })
    const { model, seconds } = mined(access, 'fewest_roles')
    checkExact(access, model)
    const grants = access.rowEntitlement.length.toLocaleString('en')
    say(`${grants} grants of ${roles} planted roles, ${model.figures.kernelGrants.toLocaleString('en')} to decide`)
    const name = `organisation of ${identities.toLocaleString('en')}, ${roles} planted roles`
    return [
      { measure: `${name}, roles`, value: model.roles.length, unit: '', goal: { atMost: roles } },
      { measure: `${name}, lower bound`, value: model.bound.roles, unit: '' },
      { measure: `${name}, time`, value: seconds, unit: 's', goal: { atMost: 15 } },
    ]
  })
}

function mined(access: Access, objective: 'fewest_roles' | 'least_complexity' | 'least_description') {
  let model: RoleModel | undefined
  const seconds = timed(() => {
    model = mineRoleModel(access, { objective })
  })
  if (model === undefined) throw new Error('no model')
  return { model, seconds }
}

/** Throws if the model is not exact or its bound is wrong, because its figures would be worthless. */
function checkExact(access: Access, model: RoleModel): void {
  const { missing, added } = multiplyOut(access, model.roles)
  if (missing.identity.length + added.identity.length > 0) throw new Error('the model is not exact')
  if (!isIncompatible(access, model.bound.incompatible)) throw new Error('the bound does not hold')
}

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

function grantsIn(path: string): Access | undefined {
  const file = join(sharedData, path)
  return existsSync(file) ? readGrants(file) : undefined
}

function readRoles(name: string): number[][] {
  const numbers = readFileSync(join(sharedData, `planted/roles_${name}.txt`), 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number)
  const roles = new Map<number, number[]>()
  for (let i = 0; i < numbers.length; i += 2) {
    const list = roles.get(numbers[i]!)
    if (list === undefined) roles.set(numbers[i]!, [numbers[i + 1]! - 1])
    else list.push(numbers[i + 1]! - 1)
  }
  return [...roles.values()]
}

// Run it alone: node libs/role-model/bench/role-model.ts [small]
if (import.meta.main) {
  const scale = process.argv[2] === 'small' ? 'small' : 'full'
  const measures = await bench.run({ scale, say: (text) => console.log(`  ${text}`) })
  for (const { measure, value, unit, goal } of measures) {
    const limit = goal === undefined ? '' : 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`
    const isMet = goal === undefined || ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast)
    console.log([measure, Number(value.toPrecision(4)), unit, limit, isMet ? '' : 'NO'].join('\t').trimEnd())
  }
}
