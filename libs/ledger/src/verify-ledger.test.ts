import { generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { inTenant, openDatabase } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { actingAs } from './acting.ts'
import { ageLedger } from './age-ledger.ts'
import { EvidenceCheck } from './evidence-check.ts'
import { type Evidence, evidenceEntries } from './evidence-entries.ts'
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

async function seal(at?: Date): Promise<void> {
  while ((await sealEntries(db.database.sql, tenantId)) > 0);
  await signHeads(db.owner.sql, signHead, at)
}

/** Runs a statement as a user with the login of the schema's owner. */
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

test('an altered entry is reported, with its hash or without', async () => {
  await byHand(`update ledger_entries set content = replace(content, 's3', 's4') where id = '${ids[3]}'`)
  await byHand(`update ledger_entries set hash = sha256('x') where id = '${ids[5]}'`)
  await byHand(`update ledger_entries set content = replace(content, 'dismiss', 'accept'),
    hash = sha256(convert_to(replace(content, 'dismiss', 'accept'), 'UTF8')) where id = '${ids[6]}'`)
  expect(await found()).toEqual({
    counts: { altered: 3 },
    at: ['altered', 'altered', 'altered'].map((kind, at) => [kind, [4, 6, 7][at]]),
  })
})

test('a value that was altered, removed or exchanged with another is reported', async () => {
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

test('an entry that was removed is reported, with its link or without', async () => {
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

test('a removed entry is reported although all later links were computed again: the chain is not the signed one', async () => {
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

test('a tail that was cut off with its heads is reported by means of a head that was exported before', async () => {
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

test('an entry that was inserted by hand is unsealed; one that was just written waits', async () => {
  await decide(1)
  expect(await verifyLedger(db.database.sql, tenantId, { keys })).toMatchObject({ isWhole: true, waiting: 1 })
  const putThere = (id: string) =>
    byHand(`insert into ledger_entries (tenant_id, id, kind, content, hash)
      select tenant_id, '${id}', kind, 'no JSON', hash from ledger_entries where id = '${ids[0]}'`)
  // One of a past time, and one of a future time.
  await putThere('00000000-0000-7000-8000-000000000000')
  expect(await found()).toEqual({ counts: { unsealed: 1 }, at: [['unsealed', -1]] })
  await byHand(`delete from ledger_entries where id = '${ids[10]}'`)
  expect(await found()).toMatchObject({ counts: { unsealed: 1, missing: 1 } })
  await putThere('ffffffff-0000-7000-8000-000000000000')
  expect(await found()).toMatchObject({ counts: { unsealed: 2, missing: 1 } })
})

test('an entry whose indexed columns differ from its content is reported', async () => {
  await byHand(`update ledger_entries set kind = 'suggestion.accept' where id = '${ids[0]}'`)
  await byHand(`update ledger_entries set subject_id = null where id = '${ids[1]}'`)
  await byHand(`update ledger_entries set subject_id = 's"9' where id = '${ids[2]}'`)
  await byHand(`update ledger_entries set client = null where id = '${ids[3]}'`)
  await byHand(`update ledger_entries set client = 'c2' where id = '${ids[4]}'`)
  expect(await found()).toEqual({ counts: { altered: 5 }, at: [1, 2, 3, 4, 5].map((at) => ['altered', at]) })
})

test('the indexed columns may hold any text', async () => {
  const id = 'a "b" \\ \n\t\u0001 \u2028 ü 🦦 </x>'
  await actingAs({ type: 'client', id }, () =>
    inTenant(db.database.sql, tenantId, (sql) =>
      recordEntry(sql, { kind: 'source.map', subject: { type: 'source', id } }),
    ),
  )
  await seal()
  expect(await found()).toEqual(whole)
})

test('a value that lost only its salt, and a value that the entry never had, do not count as erased', async () => {
  await byHand(
    `update ledger_values set salt = null, value = '"yes"' where field = 'comment' and entry_id = '${ids[0]}'`,
  )
  await byHand(`update ledger_values set value = null where field = 'after' and entry_id = '${ids[1]}'`)
  await byHand(`insert into ledger_values (tenant_id, entry_id, field) values ($tenant, '${ids[2]}', 'before')`)
  expect(await found()).toEqual({
    counts: { value_altered: 3 },
    at: [1, 2, 3].map((at) => ['value_altered', at]),
  })
})

test('a head that is made a checkpoint by hand excludes no entry from the verification', async () => {
  await byHand(`update ledger_heads set is_checkpoint = true where tenant_id = $tenant`)
  expect(await found()).toEqual({ counts: { broken: 1 }, at: [['broken', 10]] })
})

test('an exported head proves nothing about a ledger whose checkpoint is later, and must equal a checkpoint at its position', async () => {
  const kept = await inTenant(db.database.sql, tenantId, newestHead)
  const otherLink = kept && { ...kept, linkHash: Buffer.alloc(32) }
  await inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, new Date(Date.now() + 1000)))
  expect(await found(kept)).toEqual(whole)
  expect(await found(otherLink)).toMatchObject({ counts: { signature: 1, not_as_signed: 1 } })
  await seal()
  await inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, new Date(Date.now() + 1000)))
  expect(await found(kept)).toEqual({ counts: { cut_off: 1 }, at: [['cut_off', 10]] })
})

test('a tenant whose entries cannot be sealed does not stop the other tenants', async () => {
  await byHand(
    `update ledger_links set link_hash = decode(repeat('00', 200), 'hex') where position = 10 and tenant_id = $tenant`,
  )
  await decide(1)
  const stuck = tenantId
  tenantId = await db.tenantId()
  expect(tenantId).toBeGreaterThan(stuck)
  await decide(1)
  const errors: unknown[] = []
  const sealer = startSealing(db.database.sql, { everyMs: 5, onError: (error) => errors.push(error) })
  await expect
    .poll(async () => (await verifyLedger(db.database.sql, tenantId, { keys })).entries, { interval: 20 })
    .toBe(1)
  await sealer.stop()
  expect(errors.length).toBeGreaterThan(0)
  await byHand(`delete from ledger_unsealed`)
})

test('a head that no key of the deployment signed is reported', async () => {
  await byHand(`update ledger_heads set signed_at = signed_at - interval '1 day' where tenant_id = $tenant`)
  expect(await found()).toEqual({ counts: { signature: 1 }, at: [['signature', 10]] })
  const unknown = { keys: new Map(), head: undefined }
  expect((await verifyLedger(db.database.sql, tenantId, unknown)).faults[0]?.detail).toContain('no key k1 is known')
})

test('sealers that work at once make one chain, and entries of many writers are all sealed', async () => {
  const sealers = [1, 2, 3].map(() =>
    startSealing(db.database.sql, { everyMs: 5, onError: (error) => expect.fail(String(error)) }),
  )
  await Promise.all([decide(30), decide(30), decide(30)])
  await expect
    .poll(async () => (await verifyLedger(db.database.sql, tenantId, { keys })).waiting, { interval: 20 })
    .toBe(0)
  await Promise.all(sealers.map((sealer) => sealer.stop()))
  const report = await verifyLedger(db.database.sql, tenantId, { keys })
  expect(report).toMatchObject({ isWhole: true, entries: 100 })
})

test('an aged ledger begins at a signed checkpoint, continues from there, and reports what was removed', async () => {
  const age = (before: Date) => inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, before))
  expect(await age(new Date(0))).toBeUndefined()
  await decide(2)
  await seal(new Date('2020-01-01T10:00:00Z'))
  const kept = await inTenant(db.database.sql, tenantId, newestHead)
  await decide(4)
  await seal()
  const between = new Date((kept?.signedAt.getTime() ?? 0) + 1)
  expect(await age(between)).toEqual({ removed: 12, checkpoint: 12 })
  expect(await age(between)).toBeUndefined()
  await seal()
  const report = await verifyLedger(db.database.sql, tenantId, { keys, head: kept })
  expect(report).toMatchObject({ isWhole: true, entries: 5, removed: 12, faults: [], head: { position: 17 } })
  await byHand(`update ledger_heads set link_hash = sha256('x') where tenant_id = $tenant and is_checkpoint`)
  expect(await found()).toMatchObject({ counts: { signature: 1, broken: 1 } })
})

test('a ledger without remaining entries continues from its checkpoint', async () => {
  await inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, new Date(Date.now() + 1000)))
  await seal()
  expect(await verifyLedger(db.database.sql, tenantId, { keys })).toMatchObject({
    isWhole: true,
    entries: 1,
    removed: 10,
  })
})

test('a sealer whose connections are killed leaves a chain that continues, without a gap and without an entry twice', async () => {
  const applicationName = 'assay-test-sealer'
  const sealing = openDatabase({ url: db.url, applicationName, maxConnections: 2 })
  const sealer = startSealing(sealing.sql, { everyMs: 1, pauseMs: 1, onError: () => {} })
  const deciding = Promise.all([decide(40), decide(40)])
  for (let kills = 0; kills < 20; kills++) {
    await db.owner.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = ${applicationName} and datname = current_database()`
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await deciding
  await sealer.stop()
  await sealing.close()
  await seal()
  expect(await verifyLedger(db.database.sql, tenantId, { keys })).toMatchObject({
    isWhole: true,
    entries: 90,
    waiting: 0,
  })
})

test('a verification also ends when a link is far behind the others', async () => {
  await byHand(`update ledger_links set position = 9007199254740000 where position = 10 and tenant_id = $tenant`)
  expect(await found()).toMatchObject({ counts: { missing: 9007199254739990 } })
})

test('the newest head of a day stays', async () => {
  await decide(1)
  await seal()
  const heads = await inTenant(
    db.database.sql,
    tenantId,
    (sql) => sql<{ position: number }[]>`select position from ledger_heads`,
  )
  expect(heads.map(({ position }) => position)).toEqual([11])
  expect(await found()).toEqual(whole)
})

/** Evidence about two entries, in the form of a file. */
async function evidence(subjects = ['s3', 's7']): Promise<Evidence[]> {
  return Array.fromAsync(evidenceEntries(db.database.sql, tenantId, { subjects }, keys))
}

function checked(parts: readonly Evidence[], kept?: Extract<Evidence, { kind: 'head' }>['head']) {
  const check = new EvidenceCheck(kept)
  for (const part of parts) {
    if (part.kind === 'entry') check.entry(JSON.parse(part.line))
    else if (part.kind === 'chain') check.chain(part)
    else check.head(part.head)
  }
  return check.end()
}

test('evidence about some entries is proved by the hashes of the others and the signed head', async () => {
  const parts = await evidence()
  expect(parts.map(({ kind }) => kind)).toEqual(['entry', 'entry', 'chain', 'head'])
  const report = checked(parts)
  expect(report).toMatchObject({ entries: 2, waiting: 0, erasedValues: 0, faults: [], head: { position: 10 } })
  await decide(1)
  await seal()
  expect(checked(await evidence(), report.head).faults).toEqual([])
  expect(
    parts.flatMap((part) => (part.kind === 'head' ? checked(parts, { ...part.head, position: 99 }).faults[0] : [])),
  ).toEqual([expect.stringContaining('before the head that you passed')])
  await byHand(`update ledger_values set value = null, salt = null where field = 'comment' and entry_id = '${ids[3]}'`)
  expect(checked(await evidence())).toMatchObject({ erasedValues: 1, faults: [] })
})

const changedTo = (find: string, put: string) => (part: Evidence) =>
  part.kind === 'entry' ? { ...part, line: part.line.replace(find, put) } : part

test.each<[string, (part: Evidence) => Evidence | undefined, string]>([
  ['a content', changedTo('suggestion.dismiss', 'suggestion.accept'), 'the content is not the one that was sealed'],
  [
    'a value',
    changedTo('\\"no\\"', '\\"yes\\"'),
    'the value "comment" does not have the hash that the entry has for it',
  ],
  ['a removed chain', (part) => (part.kind === 'chain' ? undefined : part), 'the hashes of the chain are missing'],
  [
    'a chain that was made again',
    (part) => (part.kind === 'chain' ? { ...part, hashes: part.hashes.toReversed() } : part),
    'the hash of the entry is not the one in the chain',
  ],
  [
    'a head',
    (part) => (part.kind === 'head' ? { ...part, head: { ...part.head, signTime: '2020-01-01T00:00:00.000Z' } } : part),
    'no valid signature',
  ],
])('evidence of which somebody changed %s is found out', async (_, change, fault) => {
  const parts = (await evidence()).flatMap((part) => change(part) ?? [])
  expect(checked(parts).faults.join('\n')).toContain(fault)
})

test('evidence of a chain that begins at a checkpoint is proved as well', async () => {
  await decide(10)
  await seal(new Date(Date.now() + 3 * 86_400_000))
  await inTenant(db.owner.sql, tenantId, (sql) => ageLedger(sql, tenantId, new Date(Date.now() + 86_400_000)))
  // Only the checkpoint has the link before the first entry.
  const report = checked(await evidence(['s0', 's1']))
  expect(report).toMatchObject({ entries: 2, waiting: 0, faults: [], head: { position: 20 } })
})
