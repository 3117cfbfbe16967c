import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { exportTenant } from './export-tenant.ts'
import type { TenantSql } from './handles.ts'
import { removeTenantRows, tenantsDueForRemoval } from './remove-tenants.ts'
import { createTenant, deleteTenant, resumeTenant, suspendTenant } from './tenants.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

test('tenants get numbers of their own, and names without the space around them', async () => {
  const first = await createTenant(db.owner.sql, ' first ')
  const second = await createTenant(db.owner.sql, 'second')
  expect(first.name).toBe('first')
  expect(second.tenantId).toBeGreaterThan(first.tenantId)
})

test.each([
  ['', 'invalid_argument', 'name: must not be empty'],
  [' \t\n', 'invalid_argument', 'name: must not be empty'],
  ['x'.repeat(101), 'invalid_argument', 'name: must have at most 100 characters'],
  ['a\0b', 'invalid_argument', 'name: must not contain the character U+0000'],
  ['a\nb', 'invalid_argument', 'name: must not contain the character U+000A'],
  ['taken', 'already_exists', 'A tenant named "taken" exists already'],
])('the name %j is refused, and no tenant is made', async (name, kind, message) => {
  await db.owner.sql`insert into tenants (name) values ('taken') on conflict do nothing`
  const before = await db.owner.sql`select from tenants`
  await expect(createTenant(db.owner.sql, name)).rejects.toMatchObject({ kind, message })
  expect(await db.owner.sql`select from tenants`).toHaveLength(before.length)
})

describe('a tenant that is deleted', () => {
  const change = (work: (sql: TenantSql) => Promise<unknown>) =>
    db.owner.sql.begin(async (sql) => void (await work(sql)))
  const rowsOf = async (tenantId: number) => {
    const lines: string[] = []
    await exportTenant(db.owner.sql, tenantId, async (some) => void lines.push(some))
    return lines
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { table: string; row: object })
  }
  /** A row in most tables, one of them in a partition. */
  async function furnished() {
    const tenant = await createTenant(db.owner.sql, randomUUID())
    const { tenantId } = tenant
    await db.owner.sql.unsafe(`
      insert into api_clients (tenant_id, client_id, dialect, role, display_name, secret_hash)
        values (${tenantId}, 'client-${tenantId}', 'c1', 'admin', 'Client', sha256('secret'));
      insert into imports (tenant_id, state, skip_invalid, created_by) values (${tenantId}, 'committed', false, 'test');
      do $$ declare i integer := (select max(id) from imports); begin
        execute format('create table grants_%s (like grants)', i);
        execute format('insert into grants_%1$s values (${tenantId}, %1$s, 1, 1)', i);
        execute format('alter table grants attach partition grants_%1$s for values in (%1$s)', i);
      end $$;
    `)
    return tenant
  }

  test('keeps its rows while its grace time lasts, whoever asks for the removal', async () => {
    const tenant = await furnished()
    const before = await rowsOf(tenant.tenantId)
    await change((sql) => deleteTenant(sql, tenant, 1))
    expect(await tenantsDueForRemoval(db.database.sql)).not.toContain(tenant.tenantId)
    expect(await removeTenantRows(db.database.sql, tenant.tenantId)).toBe(false)
    expect((await rowsOf(tenant.tenantId)).slice(1)).toEqual(before.slice(1))
    await change((sql) => resumeTenant(sql, tenant))
    expect(await rowsOf(tenant.tenantId)).toMatchObject(
      before.map(({ table, row }) => ({ table, row: table === 'tenants' ? { state: 'active' } : row })),
    )
  })

  test('loses every row in every table when the time is over, by a service, and another tenant loses none', async () => {
    const [gone, stays] = [await furnished(), await furnished()]
    const before = await rowsOf(stays.tenantId)
    await change((sql) => deleteTenant(sql, gone, 0))
    expect(await tenantsDueForRemoval(db.database.sql)).toEqual([gone.tenantId])
    expect(await removeTenantRows(db.database.sql, stays.tenantId)).toBe(false)
    expect(await removeTenantRows(db.database.sql, gone.tenantId)).toBe(true)
    expect(await rowsOf(gone.tenantId)).toEqual([])
    expect(await rowsOf(stays.tenantId)).toEqual(before)
    expect(await removeTenantRows(db.database.sql, gone.tenantId)).toBe(false)
  })

  test('waits for a reader of its grants no longer than a moment, and goes when the reader has gone', async () => {
    const gone = await furnished()
    await change((sql) => deleteTenant(sql, gone, 0))
    await db.owner.sql.begin(async (reader) => {
      await reader`select from grants limit 1`
      expect(await removeTenantRows(db.database.sql, gone.tenantId)).toBe(false)
    })
    expect(await removeTenantRows(db.database.sql, gone.tenantId)).toBe(true)
  })

  test('is exported with its rows and without what proves its clients', async () => {
    const rows = await rowsOf((await furnished()).tenantId)
    expect(rows.map(({ table }) => table)).toEqual(['tenants', 'api_clients', 'grants', 'imports'])
    expect(rows[1]?.row).toMatchObject({ display_name: 'Client' })
    expect(rows[1]?.row).not.toHaveProperty('secret_hash')
  })

  test('cannot be resumed once its time is over, nor be suspended before', async () => {
    const tenant = await furnished()
    await change((sql) => deleteTenant(sql, tenant, 1))
    await expect(change((sql) => suspendTenant(sql, tenant))).rejects.toMatchObject({ reason: 'TENANT_DELETING' })
    await change((sql) => deleteTenant(sql, tenant, 0))
    await expect(change((sql) => resumeTenant(sql, tenant))).rejects.toThrow('is over')
  })
})
