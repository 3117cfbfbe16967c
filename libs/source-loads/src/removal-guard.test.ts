import { attemptOnce } from '@assay/jobs/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compositionWork } from './composition-work.ts'
import { removalGuard } from './guard.ts'
import { linkFindings } from './link-findings.ts'
import type { Removals } from './load.ts'
import { loadWork } from './load-work.ts'
import { abortLoad, beginLoad, confirmLoad, getLoad } from './loads.ts'
import { deleteSource } from './sources.ts'
import { inForce, openLoad, sql, tenant, tenantId, tools, load as unguardedLoad, useTenants } from './testing-tenant.ts'

await useTenants()

const guarded = { ...tools, guard: removalGuard }
const loading = loadWork(guarded)
const composing = compositionWork({ ...guarded, participants: [], analyse: async () => {}, onComposed: () => {} })

type Choices = Parameters<typeof openLoad>[2]

async function load(source: string, files: Readonly<Record<string, string>>, choices: Choices = {}) {
  const { id } = await openLoad(source, files, choices)
  await tenant((scoped) => beginLoad(scoped, tenantId, id, choices))
  await attemptOnce(loading, { tenantId, loadId: id })
  await attemptOnce(composing, { tenantId })
  return getLoad(sql, tenantId, id)
}

/** Person n holds the entitlements n and n modulo 3. */
function files(people: readonly number[]): Readonly<Record<string, string>> {
  const held = people.flatMap((n) => [...new Set([n, n % 3])].map((e) => `p${n},e${e}`))
  return {
    'identities.csv': ['id,display_name', ...people.map((n) => `p${n},Person ${n}`), ''].join('\n'),
    'grants.csv': ['identity_id,entitlement_id', ...held, ''].join('\n'),
  }
}

const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

test('a load that removes more than a fifth of its source waits with the numbers, and is in force once it is confirmed', async () => {
  expect(await load('hr', files(ten))).toMatchObject({ state: 'committed', removals: undefined })
  const fewer = await load('hr', files(ten.slice(3)))
  expect(fewer).toMatchObject({
    state: 'awaiting_confirmation',
    removals: {
      people: { before: 10, removed: 3 },
      grants: { before: 18, removed: 4 },
      links: { before: 0, removed: 0 },
    },
  })
  expect((await inForce()).people).toHaveLength(10)
  await tenant((scoped) => confirmLoad(scoped, tenantId, fewer.id, 'ada'))
  await attemptOnce(composing, { tenantId })
  expect(await getLoad(sql, tenantId, fewer.id)).toMatchObject({ state: 'committed', confirmedBy: 'ada' })
  expect((await inForce()).people).toHaveLength(7)
})

test('as many people under other ids are removed people; a fifth exactly is not much', async () => {
  await load('hr', files(ten))
  expect(await load('hr', files(ten.slice(2)))).toMatchObject({ state: 'committed' })
  const others = await load('hr', files(ten.slice(2).map((n) => n + 30)))
  expect(others).toMatchObject({ state: 'awaiting_confirmation', removals: { people: { before: 8, removed: 8 } } })
})

const people = {
  'people.csv': [
    'id,display_name,email,department,status',
    'e1,Ana Ruiz,ana@example.org,Finance,active',
    'e2,Ben Ode,ben@example.org,Sales,active',
  ].join('\n'),
}
const directoryOf = (domain: string) => ({
  'ad.csv': [
    'SamAccountName,Name,Mail,Enabled,Department,MemberOf',
    `aruiz,A,ana@${domain},True,Sales,"CN=vpn,OU=g"`,
    `bode,B,ben@${domain},True,Sales,"CN=vpn,OU=g"`,
    'ghost,G,,True,Sales,"CN=vpn,OU=g"',
  ].join('\n'),
})

test('a changed form of mail addresses, which removes no record, would end links and grants, and waits', async () => {
  expect(await load('hr', people)).toMatchObject({ state: 'committed', errorMessage: '' })
  await load('ad', directoryOf('example.org'), { definesPeople: false })
  expect((await inForce()).grants).toHaveLength(2)
  expect(await tenant(linkFindings)).toMatchObject({
    none: { count: 1, examples: ['ad ghost'] },
    ambiguous: { count: 0 },
  })
  const changed = await load('ad', directoryOf('example.com'), { definesPeople: false })
  expect(changed).toMatchObject({
    state: 'awaiting_confirmation',
    removals: {
      people: { before: 2, removed: 0 },
      grants: { before: 2, removed: 2 },
      links: { before: 2, removed: 2 },
    },
  })
  expect((await inForce()).grants).toHaveLength(2)
})

test('a held load that waits makes the one wait that it was held for, also when that one was confirmed', async () => {
  await load('hr', people)
  await load('ad', directoryOf('example.org'), { definesPeople: false })
  const moved = { 'people.csv': people['people.csv'].replaceAll('example.org', 'example.net') }
  const held = await load('hr', moved, { hold: true })
  expect(held).toMatchObject({ state: 'staged' })
  const none = { 'ad.csv': directoryOf('example.org')['ad.csv'].split('\n').slice(0, 2).join('\n') }
  const last = await load('ad', none, { definesPeople: false })
  expect(last).toMatchObject({ state: 'awaiting_confirmation' })
  await tenant((scoped) => confirmLoad(scoped, tenantId, last.id, 'ada'))
  await attemptOnce(composing, { tenantId })
  for (const { id } of [held, last]) {
    expect(await getLoad(sql, tenantId, id)).toMatchObject({
      state: 'awaiting_confirmation',
      confirmedBy: undefined,
      removals: { links: { before: 2, removed: 2 } },
    })
  }
  for (const { id } of [held, last]) await tenant((scoped) => confirmLoad(scoped, tenantId, id, 'ada'))
  await attemptOnce(composing, { tenantId })
  for (const { id } of [held, last]) expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'committed' })
  expect((await inForce()).grants).toEqual([])
})

test('a source that is deleted while a load waits for a confirmation, or fails, is gone all the same', async () => {
  await load('hr', people)
  await load('ad', directoryOf('example.org'), { definesPeople: false })
  await load('crm', files([1, 2]))
  const { id } = await openLoad('ad', directoryOf('example.com'), { definesPeople: false })
  await tenant((scoped) => beginLoad(scoped, tenantId, id, {}))
  await attemptOnce(loading, { tenantId, loadId: id })
  await tenant((scoped) => deleteSource(scoped, tenantId, 'crm', { confirm: true }))
  await attemptOnce(composing, { tenantId })
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'awaiting_confirmation' })
  expect((await inForce()).people).toHaveLength(4)
  await attemptOnce(composing, { tenantId })
  expect((await inForce()).people).toHaveLength(2)
  expect(await isAsked()).toBe(false)

  await tenant((scoped) => abortLoad(scoped, id))
  await load('crm', files([1, 2]))
  const bad = await openLoad('ad', directoryOf('example.org'), { definesPeople: false })
  await tenant((scoped) => beginLoad(scoped, tenantId, bad.id, {}))
  await attemptOnce(loading, { tenantId, loadId: bad.id })
  await tenant((scoped) => deleteSource(scoped, tenantId, 'crm', { confirm: true }))
  const task = await composing.takeUp({ tenantId })
  expect(task?.loads).toEqual([Number(bad.id)])
  if (task !== undefined) await composing.fail?.(task, 'broken')
  expect(await getLoad(sql, tenantId, bad.id)).toMatchObject({ state: 'failed' })
  await attemptOnce(composing, { tenantId })
  expect((await inForce()).people).toHaveLength(2)
  expect(await isAsked()).toBe(false)
})

/** Whether a requested composition has not run yet. */
const isAsked = () =>
  tenant(async (scoped) => (await scoped`select from source_compositions where wanted > done`).length > 0)

test('what a load removes of its source is what a plain loop finds, for any people', async () => {
  const anyPeople = fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 8 })
  let seen: Removals | undefined
  const watched = loadWork({
    ...tools,
    guard: {
      ofLoad: async (scoped, records) => {
        seen = await removalGuard.ofLoad(scoped, records)
        return seen
      },
      ofComposition: () => undefined,
    },
  })
  await fc.assert(
    fc.asyncProperty(anyPeople, anyPeople, async (before, after) => {
      expect(await unguardedLoad('hr', files(before))).toMatchObject({ state: 'committed' })
      const { id } = await openLoad('hr', files(after))
      await tenant((scoped) => beginLoad(scoped, tenantId, id, {}))
      await attemptOnce(watched, { tenantId, loadId: id })
      await tenant((scoped) => abortLoad(scoped, id))
      const grantsOf = (ids: readonly number[]) => ids.flatMap((n) => [...new Set([n, n % 3])].map((e) => `${n} ${e}`))
      const lost = (all: readonly unknown[], next: readonly unknown[]) => ({
        before: all.length,
        removed: all.filter((one) => !next.includes(one)).length,
      })
      const removals = {
        people: lost(before, after),
        grants: lost(grantsOf(before), grantsOf(after)),
        links: { before: 0, removed: 0 },
      }
      const isMuch = [removals.people, removals.grants].some((one) => one.removed > 0.2 * one.before)
      expect(seen).toEqual(isMuch ? removals : undefined)
    }),
    { numRuns: 8 },
  )
})
