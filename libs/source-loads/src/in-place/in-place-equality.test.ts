import { importKeyOf } from '@assay/directory'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grant, push, read, ungrant } from '../changes/testing-changes.ts'
import { getLoad } from '../loads.ts'
import { compose, composeBy, db, load, sql, switchTenant, tenant, useTenants, wholeReasons } from '../testing-tenant.ts'

await useTenants()

const people = ['p1', 'p2', 'p3', 'p4', 'p5']
const hr = (disabled: readonly string[]) => ({
  'identities.csv': [
    'id,display_name,email,department,status',
    ...people.map((id) => `${id},Person ${id},${id}@example.org,D${id},${disabled.includes(id) ? 'disabled' : ''}`),
    '',
  ].join('\n'),
})

interface Given {
  readonly who: string
  readonly what: string
  readonly used: string
}

/** Grants of an application, by the ids of people or of unknown holders. */
function application(name: string, grants: readonly Given[], described: readonly string[]) {
  return {
    'applications.csv': `id,display_name\n${name},The ${name}\n`,
    'entitlements.csv': [
      'id,application_id,display_name',
      ...described.map((id) => `${id},${name},Right ${id}`),
      '',
    ].join('\n'),
    'grants.csv': [
      'identity_id,application_id,entitlement_id,granted_at,last_used_at',
      ...grants.map(({ who, what, used }) => `${who},${name},${what},2024-01-01,${used}`),
      '',
    ].join('\n'),
  }
}

/** A directory whose people are accounts, correlated by their mail addresses. */
function directory(grants: readonly Given[]) {
  const held = Map.groupBy(grants, ({ who }) => who)
  const accounts = [...people, 'ghost'].map((who) => {
    const groups = new Set(['all', ...(held.get(who) ?? []).map(({ what }) => what)])
    const of = [...groups].map((group) => `CN=${group}`).join(';')
    return `login-${who},Account ${who},${who === 'ghost' ? '' : `${who}@EXAMPLE.org`},True,"${of}"`
  })
  return { 'ad.csv': ['SamAccountName,Name,Mail,Enabled,MemberOf', ...accounts, ''].join('\n') }
}

const what = fc.constantFrom('a', 'b', 'c', 'd')
const given: fc.Arbitrary<Given> = fc.record({
  who: fc.constantFrom(...people, 'ghost', 'nobody'),
  what,
  used: fc.constantFrom('', '2025-01-01', '2025-02-01', '2025-02-01T10:00:00.000001Z'),
})
const grants = fc.array(given, { minLength: 3, maxLength: 14 })
const change = fc.record({ who: fc.constantFrom(...people, 'nobody'), what, ends: fc.boolean() })

type Step =
  | { readonly do: 'hr'; readonly disabled: readonly string[] }
  | { readonly do: 'app' | 'also' | 'ad'; readonly grants: readonly Given[] }
  | { readonly do: 'push'; readonly changes: readonly { who: string; what: string; ends: boolean }[] }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hr' as const), disabled: fc.subarray(people, { maxLength: 1 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('app' as const, 'also' as const, 'ad' as const), grants }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 5 }),
    }),
  },
)

const described = ['a', 'b', 'c', 'd']

async function take(one: Step, bases: Map<string, string>): Promise<void> {
  if (one.do === 'push') {
    const changes = one.changes.map(({ who, what: held, ends }) => (ends ? ungrant : grant)(who, 'crm', held))
    const set = await push('app', changes, { base: bases.get('app') ?? '' })
    await read(set.loadId)
    await compose()
    const pushed = await getLoad(sql, Number(bases.get('tenant')), set.loadId)
    expect(pushed).toMatchObject({ state: 'committed', errorMessage: '' })
    bases.set('app', set.loadId)
    return
  }
  const files =
    one.do === 'hr'
      ? hr(one.disabled)
      : one.do === 'ad'
        ? directory(one.grants)
        : application('crm', one.grants, one.do === 'app' ? described : [])
  const loaded = await load(one.do, files, { definesPeople: one.do !== 'ad' })
  expect(loaded).toMatchObject({ state: 'committed', errorMessage: '' })
  bases.set(one.do, loaded.id)
}

/** All results of a composition, without numbers that differ between tenants. */
function everything() {
  return tenant(async (scoped) => {
    const rows = async (query: Promise<readonly { row: unknown }[]>) =>
      (await query).map(({ row }) => JSON.stringify(row)).sort()
    const [snapshot] = await scoped<{ import_id: number; bytes: string; counts: object }[]>`
      select s.import_id, encode(sha256((select string_agg(data, ''::bytea order by ordinal) from snapshot_chunks c where c.import_id = s.import_id)), 'hex') as bytes,
        (select counts from imports where id = s.import_id) as counts
      from snapshots s`
    const sources = await scoped<{ id: number; name: string }[]>`select id, name from sources`
    const nameOf = new Map(sources.map(({ id, name }) => [id, name]))
    const granted = await scoped<{ row: object; source_id: number; other_sources: number[] | null }[]>`
      select jsonb_build_array(identity_key, entitlement_key, granted_at, last_used_at) as row, source_id, other_sources
      from grants where import_id = (
        select case when grants_changed_by = import_id then grants_import_id else import_id end from snapshots)`
    return {
      snapshot: snapshot?.bytes,
      counts: snapshot?.counts,
      grants: granted
        .map(({ row, source_id, other_sources }) =>
          JSON.stringify([row, nameOf.get(source_id), other_sources?.map((id) => nameOf.get(id)).sort() ?? null]),
        )
        .sort(),
      records: await rows(scoped`
        select jsonb_build_array(s.name, g.form, g.holder, g.application, g.entitlement, g.granted_at, g.last_used_at, g.ends) as row
        from source_grants g join sources s on s.records_load_id = g.load_id`),
      orphans: await rows(scoped`
        select jsonb_build_array(s.name, o.application, o.value, o.reason, o.candidates, o.row_count, o.place) as row
        from source_orphans o join sources s on s.id = o.source_id`),
      owners: await rows(scoped`
        select jsonb_build_array(s.name, o.application, o.account_id, o.identity_id, o.rule) as row
        from source_account_owners o join sources s on s.id = o.source_id`),
      entitlements: await rows(scoped`select to_jsonb(e) - 'tenant_id' as row from entitlements e`),
      identities: await rows(scoped`select to_jsonb(i) - 'tenant_id' as row from identities i`),
      isOfItsOwn: importKeyOf(String(snapshot?.import_id)) > 0,
    }
  })
}

test('what is put together in place is what a whole composition makes, byte for byte', async () => {
  let inPlace = 0
  await fc.assert(
    fc.asyncProperty(
      grants,
      grants,
      grants,
      fc.array(step, { minLength: 2, maxLength: 5 }),
      async (app, also, ad, steps) => {
        const first: Step[] = [
          { do: 'hr', disabled: [] },
          { do: 'app', grants: app },
          { do: 'also', grants: also },
          { do: 'ad', grants: ad },
        ]
        const results: Awaited<ReturnType<typeof everything>>[][] = []
        for (const isAlwaysWhole of [false, true]) {
          const own = await db.tenantId()
          switchTenant(own)
          const bases = new Map([['tenant', String(own)]])
          composeBy(isAlwaysWhole)
          for (const one of first) await take(one, bases)
          composeBy(isAlwaysWhole)
          const found: Awaited<ReturnType<typeof everything>>[] = []
          for (const one of steps) {
            await take(one, bases)
            found.push(await everything())
          }
          results.push(found)
          if (!isAlwaysWhole) {
            inPlace += steps.length - wholeReasons.length
          }
        }
        const [changed, whole] = results
        expect(changed).toEqual(whole)
      },
    ),
    { numRuns: 6 },
  )
  // Otherwise nothing was compared. How many of so few steps change only grants is random.
  expect(inPlace).toBeGreaterThan(0)
})
