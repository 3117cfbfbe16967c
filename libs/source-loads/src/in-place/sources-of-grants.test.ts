import { expect, test } from 'vitest'
import { compose, composeBy, load, namings, tenant, useTenants, wholeReasons } from '../testing-tenant.ts'

await useTenants()

const hr = { 'identities.csv': 'id,display_name\ne1,Ana\ne2,Ben\n' }

const application = (...grants: string[]) => ({
  'applications.csv': 'id,display_name\ncrm,The CRM\n',
  'entitlements.csv': 'id,application_id,display_name\nread,crm,Read\nwrite,crm,Write\n',
  'grants.csv': ['identity_id,application_id,entitlement_id', ...grants.map((grant) => `${grant}`), ''].join('\n'),
})

function granted() {
  return tenant(async (sql) => {
    const rows = await sql<{ text: string }[]>`
      select i.id || ' ' || e.id || ' ' || s.name as text
      from grants g join identities i on i.key = g.identity_key join entitlements e on e.key = g.entitlement_key
      join sources s on s.id = g.source_id
      where g.import_id = (
        select case when grants_changed_by = import_id then grants_import_id else import_id end from snapshots)
      order by 1`
    return rows.map(({ text }) => text)
  })
}

async function repeatedGrants() {
  const [row] = await tenant(
    (sql) => sql<{ repeated: number }[]>`
      select (counts ->> 'repeatedGrants')::integer as repeated from imports where id = (select import_id from snapshots)`,
  )
  return row?.repeated
}

test('grants that another source takes over are its own', async () => {
  await load('hr', hr)
  const all = { ...hr, ...application('e1,crm,read') }
  await load('old', all)
  expect(await granted()).toEqual(['e1 read old'])
  const taken = await load('new', all, { only: true })
  expect(taken).toMatchObject({ state: 'committed', errorMessage: '' })
  expect(await granted()).toEqual(['e1 read new'])
})

test('rows that say a grant once more are counted', async () => {
  composeBy(false)
  await load('hr', hr)
  await load('app', application('e1,crm,read', 'e1,crm,read', 'e2,crm,write'), { definesPeople: false })
  await compose()
  expect(await repeatedGrants()).toBe(1)
  const more = application('e1,crm,read', 'e1,crm,read', 'e1,crm,read', 'e2,crm,write')
  await load('app', more, { definesPeople: false })
  expect(wholeReasons).toContain('rows that repeat grants come or go')
  expect(await repeatedGrants()).toBe(2)
})

test('exact names are found without putting people together, and others by that', async () => {
  composeBy(false)
  await load('hr', { 'identities.csv': 'id,display_name,email\ne1,Ana,ana@x.org\ne2,Ben,ben@x.org\n' })
  await load('app', application('e1,crm,read', 'e2,crm,read'), { definesPeople: false })
  const logins = (...grants: string[]) => ({
    'identities.csv': 'id,email\nana,ana@x.org\nben,ben@x.org\nghost,\n',
    'applications.csv': 'id,display_name\nwiki,The wiki\n',
    'entitlements.csv': 'id,application_id,display_name\nread,wiki,Read\nedit,wiki,Edit\n',
    'grants.csv': ['identity_id,application_id,entitlement_id', ...grants, ''].join('\n'),
  })
  await load('wiki', logins('ana,wiki,read', 'ben,wiki,read'), { definesPeople: false })
  composeBy(false)
  await load('app', application('e1,crm,read', 'e2,crm,write'), { definesPeople: false })
  await load('wiki', logins('ana,wiki,edit', 'ben,wiki,read'), { definesPeople: false })
  expect(namings).toEqual(['exact', 'exact'])
  await load('wiki', logins('ana,wiki,edit', 'BEN,wiki,read', 'ghost,wiki,read'), { definesPeople: false })
  await load('app', application('e1,crm,read', 'e2,crm,write', 'E2,crm,read'), { definesPeople: false })
  expect(namings.slice(2)).toEqual(['composed', 'composed'])
  expect(wholeReasons).toEqual([])
  expect(await granted()).toEqual(['e1 edit wiki', 'e1 read app', 'e2 read app', 'e2 write app'])
})
