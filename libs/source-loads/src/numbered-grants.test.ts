import { attemptOnce } from '@assay/jobs/testing'
import type { GrantRecord } from '@assay/sources'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grant as granting, push, read, ungrant } from './changes/testing-changes.ts'
import { GrantCopy } from './copied-grants.ts'
import { beginLoad, getLoad } from './loads.ts'
import { numberedGrants } from './numbered-grants.ts'
import {
  compose,
  composeBy,
  db,
  loading,
  openLoad,
  sql,
  switchTenant,
  tenant,
  tenantId,
  useTenants,
} from './testing-tenant.ts'

await useTenants()

function record(number: number, more: Partial<GrantRecord> = {}): GrantRecord {
  return {
    form: 0,
    holder: `holder ${number % 1009}`,
    holderApplication: number % 2 === 0 ? '' : 'directory',
    application: number % 3 === 0 ? 'crm' : 'mail',
    entitlement: `é "right" ${number % 97}`,
    grantedAt: `2024-01-${(number % 28) + 1}`,
    lastUsedAt: number % 5 === 0 ? '' : '2025-01-31T10:00:00Z',
    ends: '',
    ...more,
  }
}

async function openedLoad(): Promise<number> {
  const loadKey = Number((await openLoad('hr', { 'people.csv': 'id\nann\n' })).id)
  await tenant((scoped) => scoped`update source_loads set state = 'reading' where id = ${loadKey}`)
  return loadKey
}

/** Stores grants and gives what their numbers say. */
async function stored(grants: readonly GrantRecord[], mostSharedGrants = 1): Promise<GrantRecord[]> {
  const loadKey = await openedLoad()
  return tenant(async (scoped) => {
    const copy = new GrantCopy(scoped, { tenantId, loadKey, mostSharedGrants, isNumbered: true })
    const batches = async function* () {
      for (let at = 0; at < grants.length; at += 10_000) yield grants.slice(at, at + 10_000)
    }
    await copy.add(batches(), 0)
    await copy.finish()
    const holders: string[] = []
    const entitlements: string[] = []
    const times: string[] = []
    const found: GrantRecord[] = []
    for await (const block of numberedGrants(scoped, loadKey)) {
      holders.push(...block.holders)
      entitlements.push(...block.entitlements)
      times.push(...block.times)
      for (const [at, holder] of block.holder.entries()) {
        const [name = '', holderApplication = '', application = ''] = holders.slice(holder * 3, holder * 3 + 3)
        found.push({
          form: block.form,
          holder: name,
          holderApplication,
          application,
          entitlement: entitlements[(block.entitlement[at] ?? 0) * 2 + 1] ?? '',
          grantedAt: times[block.grantedAt[at] ?? 0] ?? '',
          lastUsedAt: times[block.lastUsedAt[at] ?? 0] ?? '',
          ends: '',
        })
      }
    }
    return found
  })
}

test('numbers of grants give the grants in their order, over several blocks', async () => {
  const grants = Array.from({ length: 2 * 65_536 + 5 }, (_, number) => record(number))
  const found = await stored(grants)
  expect(found).toHaveLength(grants.length)
  // One comparison of all would take a minute to print where it fails.
  expect(found.findIndex((one, at) => JSON.stringify(one) !== JSON.stringify(grants[at]))).toBe(-1)
})

test('what is no text in PostgreSQL is the same in numbers', async () => {
  const [first] = await stored([record(0, { holder: 'a\ud800' }), record(1)])
  expect(first?.holder).toBe('a\ufffd')
})

test.each([
  ['that end', [record(1), record(2, { ends: '2030-01-01' }), record(3)]],
  ['of several forms', [record(1), record(2, { form: 1 }), record(3)]],
  [
    'with other texts in each',
    Array.from({ length: 65_537 }, (_, n) => record(n, { holder: `h${n}`, grantedAt: `t${n}` })),
  ],
])('grants %s are not stored by numbers', async (_, grants) => {
  expect(await stored(grants)).toEqual([])
})

test('few grants, which share a table, are not stored by numbers', async () => {
  expect(await stored([record(1), record(2)], 10)).toEqual([])
})

const people = ['p1', 'p2', 'p3', 'p4']
const hr = {
  'identities.csv': `id,display_name,email\n${people.map((id) => `${id},Person,${id}@example.org\n`).join('')}`,
}
const given = fc.record({
  who: fc.constantFrom(...people, 'P1', 'ghost', 'nobody'),
  what: fc.constantFrom('a', 'b', 'c', 'C', 'd'),
  used: fc.constantFrom('', '2025-01-01', '2025-02-01T10:00:00.000001Z'),
})
type Given = { readonly who: string; readonly what: string; readonly used: string }
const application = (grants: readonly Given[], described: string) => ({
  'entitlements.csv': `id,application_id,display_name\n${[...described].map((id) => `${id},crm,Right ${id}\n`).join('')}`,
  'applications.csv': 'id,display_name\ncrm,The CRM\n',
  'grants.csv': `identity_id,application_id,entitlement_id,granted_at,last_used_at\n${grants
    .map(({ who, what, used }) => `${who},crm,${what},2024-01-01,${used}\n`)
    .join('')}`,
})
const directory = (grants: readonly Given[]) => {
  const rows = [...people, 'ghost'].map((who) => {
    const groups = grants.filter((one) => one.who === who).map(({ what }) => `CN=${what}`)
    return `login-${who},${who === 'ghost' ? '' : `${who}@EXAMPLE.org`},True,"${['CN=all', 'CN=staff', ...groups].join(';')}"\n`
  })
  return { 'ad.csv': `SamAccountName,Mail,Enabled,MemberOf\n${rows.join('')}` }
}

const numbersStored = () => tenant((scoped) => scoped`select from source_grant_numbers`.then((rows) => rows.count))

/** Loads a source. Before it is put together its numbers go, or the rows in place of which numbers are to be read, or neither. */
async function loaded(
  source: string,
  files: Readonly<Record<string, string>>,
  byNumbers: boolean | undefined,
): Promise<string> {
  const { id } = await openLoad(source, files, { definesPeople: source !== 'ad' })
  await tenant((scoped) => beginLoad(scoped, tenantId, id, {}))
  await attemptOnce(loading, { tenantId, loadId: id })
  if (byNumbers !== undefined)
    await tenant((scoped) =>
      byNumbers
        ? scoped`delete from source_grants where load_id = ${id} and exists (select from source_grant_numbers where load_id = ${id})`
        : scoped`delete from source_grant_numbers`,
    )
  await compose()
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'committed', errorMessage: '' })
  return id
}

function everything() {
  return tenant(async (scoped) => {
    const [snapshot] = await scoped<{ bytes: string; counts: object }[]>`
      select encode(sha256((select string_agg(data, ''::bytea order by ordinal) from snapshot_chunks c where c.import_id = s.import_id)), 'hex') as bytes,
        (select counts from imports where id = s.import_id) as counts
      from snapshots s`
    const rows = async (query: Promise<readonly { row: unknown }[]>) =>
      (await query).map(({ row }) => JSON.stringify(row)).sort()
    return {
      ...snapshot,
      grants: await rows(scoped`
        select jsonb_build_array(identity_key, entitlement_key, granted_at, last_used_at, s.name) as row
        from grants g join sources s on s.id = g.source_id where g.import_id = (select import_id from snapshots)`),
      orphans: await rows(scoped`
        select jsonb_build_array(s.name, o.application, o.value, o.reason, o.candidates, o.row_count, o.place) as row
        from source_orphans o join sources s on s.id = o.source_id`),
      entitlements: await rows(scoped`select to_jsonb(e) - 'tenant_id' as row from entitlements e`),
    }
  })
}

test('what is put together by numbers is what rows give, byte for byte', async () => {
  let numbered = 0
  const grants = fc.array(given, { minLength: 3, maxLength: 16 })
  await fc.assert(
    fc.asyncProperty(grants, grants, grants, async (app, also, ad) => {
      const results: object[] = []
      for (const byNumbers of [true, false]) {
        switchTenant(await db.tenantId())
        composeBy(true)
        await loaded('hr', hr, byNumbers)
        await loaded('app', application(app, 'abcd'), byNumbers)
        await loaded('also', application(also, ''), byNumbers)
        await loaded('ad', directory(ad), byNumbers)
        if (byNumbers) numbered += await numbersStored()
        else expect(await numbersStored()).toBe(0)
        results.push(await everything())
      }
      expect(results[0]).toEqual(results[1])
    }),
    { numRuns: 3, seed: 11 },
  )
  expect(numbered).toBeGreaterThan(0)
}, 900_000)

test('a change set that comes into force lets the numbers of what it changes go', async () => {
  composeBy(false)
  await loaded('hr', hr, undefined)
  const all = people.flatMap((who) => ['a', 'b'].map((what) => ({ who, what, used: '' })))
  const base = await loaded('app', application(all, 'abcd'), undefined)
  expect(await numbersStored()).toBe(1)
  const set = await push('app', [ungrant('p1', 'crm', 'a'), granting('p1', 'crm', 'c')], { base })
  await read(set.loadId)
  await compose()
  expect(await numbersStored()).toBe(0)
  composeBy(true)
  await loaded('hr', { 'identities.csv': `${hr['identities.csv']}p5,Person,\n` }, undefined)
  const held = (await everything()).grants
  expect(held).toHaveLength(all.length)
})
