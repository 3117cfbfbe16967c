import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listSources } from '../sources.ts'
import { inForce, load, tenant, useTenants } from '../testing-tenant.ts'
import { bring, grant, person, push, ungrant } from './testing-changes.ts'

await useTenants()

type Step =
  | { readonly do: 'name'; readonly who: string; readonly name: string }
  | { readonly do: 'leave'; readonly who: string }
  | { readonly do: 'grant' | 'end'; readonly who: string; readonly app: string; readonly what: string }
  | { readonly do: 'drop'; readonly app: string; readonly what: string }
  | { readonly do: 'close'; readonly app: string }

const who = fc.constantFrom('p1', 'p2', 'p3', 'p4')
const app = fc.constantFrom('a', 'b')
const what = fc.constantFrom('x', 'y')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('name' as const), who, name: fc.constantFrom('N1', 'N2') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), who }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('grant' as const), who, app, what }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('end' as const), who, app, what }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), app, what }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), app }) },
)

/** The expected result of the steps, computed by the simplest means. */
class Model {
  readonly people = new Map<string, string>([['anchor', 'Anchor']])
  grants: (readonly [who: string, app: string, what: string])[] = [['anchor', 'c', 'z']]

  take(one: Step): void {
    if (one.do === 'name') this.people.set(one.who, one.name)
    if (one.do === 'leave') this.people.delete(one.who)
    this.grants = this.grants.filter(([holder, of, held]) => {
      if (one.do === 'leave') return holder !== one.who
      if (one.do === 'drop') return of !== one.app || held !== one.what
      if (one.do === 'close') return of !== one.app
      return one.do === 'name' || holder !== one.who || of !== one.app || held !== one.what
    })
    if (one.do === 'grant') this.grants.push([one.who, one.app, one.what])
  }

  files() {
    return {
      'identities.csv': ['id,display_name', ...[...this.people].map((row) => row.join(',')), ''].join('\n'),
      'grants.csv': ['identity_id,application_id,entitlement_id', ...this.grants.map((row) => row.join(',')), ''].join(
        '\n',
      ),
    }
  }
}

function changeOf(one: Step) {
  switch (one.do) {
    case 'name':
      return person(one.who, one.name)
    case 'leave':
      return { deleteIdentity: { id: one.who } }
    case 'grant':
      return grant(one.who, one.app, one.what)
    case 'end':
      return ungrant(one.who, one.app, one.what)
    case 'drop':
      return { deleteEntitlement: { applicationId: one.app, id: one.what } }
    case 'close':
      return { deleteApplication: { id: one.app } }
  }
}

test('change sets come to what a whole load of the same end says', async () => {
  const sets = fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), sets, async (before, pushed) => {
      const model = new Model()
      for (const one of before) model.take(one)
      let { id: base } = await load('s', model.files())
      for (const steps of pushed) {
        for (const one of steps) model.take(one)
        const set = await push('s', steps.map(changeOf), { base })
        expect(await bring(set)).toMatchObject({ state: 'committed', errorMessage: '' })
        base = set.loadId
      }
      const changed = await inForce()
      expect(await load('s', model.files())).toMatchObject({ state: 'committed', errorMessage: '' })
      const whole = await inForce()
      expect(changed).toEqual(whole)
      expect(await tenant(listSources)).toMatchObject([{ changesSinceWhole: 0 }])
    }),
    { numRuns: 6 },
  )
})
