import { generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { actingAs } from './acting.ts'
import { ageLedger } from './age-ledger.ts'
import { newestHead, type SignedHead } from './heads.ts'
import { recordEntry } from './record-entry.ts'
import { sealEntries, startSealing } from './seal-ledger.ts'
import { signHeads } from './sign-heads.ts'
import { verifyLedger } from './verify-ledger.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

const pair = generateKeyPairSync('ed25519')
const keys = new Map<string, JsonWebKey>([['k1', pair.publicKey.export({ format: 'jwk' })]])
const signHead = async (text: string) => ({ keyId: 'k1', signature: sign(null, Buffer.from(text), pair.privateKey) })

let tenantId = 0
const ids: string[] = []

beforeEach(async () => {
  tenantId = await db.tenantId()
  ids.length = 0
  await decide(10)
  await seal()
})

async function decide(count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const entry = { kind: 'suggestion.dismiss', subject: { type: 'suggestion', id: `s${number}` }, after: { number } }
    const people = ['ada', 'grace']
    const { id } = await actingAs({ type: 'client', id: 'c1', person: 'boss', name: 'The boss' }, () =>
      inTenant(db.database.sql, tenantId, (sql) => recordEntry(sql, { ...entry, people, comment: 'no' })),
    )
    ids.push(id)
  }
}

async function seal(): Promise<void> {
  while ((await sealEntries(db.database.sql, tenantId)) > 0);
  await signHeads(db.owner.sql, signHead)
}

/** As somebody with the owner's login does by hand. */
function byHand(statement: string): Promise<unknown> {
  return inTenant(db.owner.sql, tenantId, (sql) => sql.unsafe(statement.replaceAll('$tenant', String(tenantId))))
}

async function found(head?: SignedHead): Promise<unknown> {
  const { faults, counts } = await verifyLedger(db.database.sql, tenantId, { keys, head })
  return { counts, at: faults.map(({ kind, position, entryId }) => [kind, position ?? ids.indexOf(entryId ?? '')]) }
}

const whole = { counts: {}, at: [] }

test('a ledger that nobody touched is whole, sealed in the order of its entries', async () => {
  const report = await verifyLedger(db.database.sql, tenantId, { keys })
  expect(report).toMatchObject({ isWhole: true, entries: 10, erasedValues: 0, waiting: 0, signedHeads: 1, faults: [] })
  expect(report.head?.position).toBe(10)
  const links = await inTenant(
    db.owner.sql,
    tenantId,
    (sql) =>
      sql<{ id: string }[]>`select entry_id as id from ledger_links where tenant_id = ${tenantId} order by position`,
  )
  expect(links.map(({ id }) => id)).toEqual([...ids].sort())
})

test('an altered entry is told, with its hash or without', async () => {
  await byHand(`update ledger_entries set content = replace(content, 's3', 's4') where id = '${ids[3]}'`)
  await byHand(`update ledger_entries set hash = sha256('x') where id = '${ids[5]}'`)
  await byHand(`update ledger_entries set content = replace(content, 'dismiss', 'accept'),
    hash = sha256(convert_to(replace(content, 'dismiss', 'accept'), 'UTF8')) where id = '${ids[6]}'`)
  expect(await found()).toEqual({
    counts: { altered: 3 },
    at: ['altered', 'altered', 'altered'].map((kind, at) => [kind, [4, 6, 7][at]]),
  })
})

test('a value that was altered, removed, or put in the place of another is told', async () => {
  await byHand(`update ledger_values set value = '"yes"' where field = 'comment' and entry_id = '${ids[0]}'`)
  await byHand(`delete from ledger_values where field = 'after' and entry_id = '${ids[1]}'`)
  await byHand(`update ledger_values set field = 'before' where field = 'after' and entry_id = '${ids[2]}'`)
  expect(await found()).toEqual({
    counts: { value_altered: 2, value_missing: 1 },
    at: [
      ['value_altered', 1],
      ['value_missing', 2],
      ['value_altered', 3],
    ],
  })
})

test('an entry that was removed is told, with its link or without', async () => {
  await byHand(`delete from ledger_entries where id = '${ids[2]}'`)
  await byHand(`delete from ledger_entries where id in ('${ids[5]}', '${ids[6]}')`)
  await byHand(`delete from ledger_links where entry_id in ('${ids[5]}', '${ids[6]}')`)
  expect(await found()).toMatchObject({
    counts: { missing: 3 },
    at: [
      ['missing', 3],
      ['missing', 6],
    ],
  })
})

test('a removed entry is told although all later links were made again: the chain is not the signed one', async () => {
  await byHand(`delete from ledger_entries where id = '${ids[4]}'`)
  await byHand(`delete from ledger_links where position >= 5 and tenant_id = $tenant`)
  await byHand(`insert into ledger_unsealed select tenant_id, id from ledger_entries e where tenant_id = $tenant
    and not exists (select from ledger_links l where l.entry_id = e.id)`)
  await sealEntries(db.database.sql, tenantId)
  expect(await found()).toEqual({ counts: { cut_off: 1 }, at: [['cut_off', 10]] })
  await decide(1)
  await sealEntries(db.database.sql, tenantId)
  expect(await found()).toEqual({ counts: { not_as_signed: 1 }, at: [['not_as_signed', 10]] })
})

test('a tail that was cut off with its heads is told by a head that was exported before', async () => {
  const exported = await inTenant(db.database.sql, tenantId, newestHead)
  await byHand(`delete from ledger_values where tenant_id = $tenant and entry_id in ('${ids.slice(7).join("','")}')`)
  await byHand(`delete from ledger_entries where tenant_id = $tenant and id in ('${ids.slice(7).join("','")}')`)
  await byHand('delete from ledger_links where tenant_id = $tenant and position > 7')
  expect(await found()).toEqual({ counts: { cut_off: 1 }, at: [['cut_off', 10]] })
  await byHand('delete from ledger_heads where tenant_id = $tenant')
  expect(await found()).toEqual(whole)
  expect(await found(exported)).toEqual({ counts: { cut_off: 1 }, at: [['cut_off', 10]] })
  await decide(5)
  await seal()
  expect(await found(exported)).toEqual({ counts: { not_as_signed: 1 }, at: [['not_as_signed', 10]] })
})

test('an entry that was put there by hand is unsealed; one that was just written waits', async () => {
  await decide(1)
  expect(await verifyLedger(db.database.sql, tenantId, { keys })).toMatchObject({ isWhole: true, waiting: 1 })
  await byHand(`insert into ledger_entries (tenant_id, id, content, hash)
    select tenant_id, '00000000-0000-7000-8000-000000000000', regexp_replace(content, '"at":"....', '"at":"2020'), hash
    from ledger_entries where id = '${ids[0]}'`)
  expect(await found()).toEqual({ counts: { unsealed: 1 }, at: [['unsealed', -1]] })
  await byHand(`delete from ledger_entries where id = '${ids[10]}'`)
  expect(await found()).toMatchObject({ counts: { unsealed: 1, missing: 1 } })
})

test('a head that no key of the deployment signed is told', async () => {
  await byHand(`update ledger_heads set signed_at = signed_at - interval '1 day' where tenant_id = $tenant`)
  expect(await found()).toEqual({ counts: { signature: 1 }, at: [['signature', 10]] })
  const unknown = { keys: new Map(), head: undefined }
  expect((await verifyLedger(db.database.sql, tenantId, unknown)).faults[0]?.detail).toContain('no key k1 is known')
})

test('sealers that work at once make one chain, and entries of many writers are sealed within a second', async () => {
  const sealers = [1, 2, 3].map(() =>
    startSealing(db.database.sql, { everyMs: 5, onError: (error) => expect.fail(String(error)) }),
  )
  await Promise.all([decide(30), decide(30), decide(30)])
  await expect
    .poll(async () => (await verifyLedger(db.database.sql, tenantId, { keys })).waiting, {
      timeout: 5_000,
      interval: 20,
    })
    .toBe(0)
  await Promise.all(sealers.map((sealer) => sealer.stop()))
  const report = await verifyLedger(db.database.sql, tenantId, { keys })
  expect(report).toMatchObject({ isWhole: true, entries: 100 })
})

test('an aged ledger begins at a signed checkpoint, goes on from there, and tells what was removed', async () => {
  const age = (before: Date) => inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, before))
  expect(await age(new Date(0))).toBeUndefined()
  const kept = await inTenant(db.database.sql, tenantId, newestHead)
  await decide(4)
  await seal()
  const between = new Date((kept?.signedAt.getTime() ?? 0) + 1)
  expect(await age(between)).toEqual({ removed: 10, checkpoint: 10 })
  expect(await age(between)).toBeUndefined()
  await seal()
  const report = await verifyLedger(db.database.sql, tenantId, { keys, head: kept })
  expect(report).toMatchObject({ isWhole: true, entries: 5, removed: 10, faults: [], head: { position: 15 } })
  await byHand(`update ledger_heads set link_hash = sha256('x') where tenant_id = $tenant and is_checkpoint`)
  expect(await found()).toMatchObject({ counts: { signature: 1, broken: 1 } })
})

test('a ledger of which all was removed goes on from its checkpoint', async () => {
  await inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, new Date(Date.now() + 1000)))
  await seal()
  expect(await verifyLedger(db.database.sql, tenantId, { keys })).toMatchObject({
    isWhole: true,
    entries: 1,
    removed: 10,
  })
})
