import { generateKeyPairSync, sign } from 'node:crypto'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actingAs } from './acting.ts'
import { chainStart, headText, linkHash } from './chain.ts'
import { contentHash, valueHash } from './entry-content.ts'
import { exportLedger } from './export-ledger.ts'
import { type EntryPosition, getEntry, listEntries } from './list-entries.ts'
import { recordEntry } from './record-entry.ts'
import { sealEntries } from './seal-ledger.ts'
import { signHeads } from './sign-heads.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
let tenantId = 0
const times: Date[] = []
const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)

beforeAll(async () => {
  tenantId = await db.tenantId()
  const decided = [
    ['c1', 'ada', 'suggestion.dismiss', 's1', []],
    ['c1', undefined, 'suggestion.accept', 's2', ['grace']],
    ['c2', 'grace', 'profile.create', 'p1', ['ada', 'grace']],
    ['c2', 'grace', 'profile.delete', 'p1', []],
  ] as const
  for (const [client, person, kind, id, people] of decided) {
    const actor = { type: 'client', id: client, ...(person && { person }) } as const
    const entry = { kind, subject: { type: 'thing', id }, people, after: { client }, comment: 'so' }
    const { at } = await actingAs(actor, () => tenant((sql) => recordEntry(sql, entry)))
    times.push(at)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
})

test.each([
  ['nothing', {}, ['profile.delete', 'profile.create', 'suggestion.accept', 'suggestion.dismiss']],
  ['a client', { actor: 'c1' }, ['suggestion.accept', 'suggestion.dismiss']],
  ['a person who acted', { actor: 'grace' }, ['profile.delete', 'profile.create']],
  ['a thing', { subject: 'p1' }, ['profile.delete', 'profile.create']],
  ['a person concerned', { subject: 'grace' }, ['profile.create', 'suggestion.accept']],
  ['a kind', { kind: 'profile.create' }, ['profile.create']],
  ['the beginning of a kind', { kind: 'suggestion.' }, ['suggestion.accept', 'suggestion.dismiss']],
  ['an actor and a kind', { actor: 'c2', kind: 'profile.delete' }, ['profile.delete']],
  ['somebody unknown', { actor: "x' or true" }, []],
])('entries are found by %s, newest first', async (_, query, kinds) => {
  const { entries } = await tenant((sql) => listEntries(sql, query, { size: 100 }))
  expect(entries.map(({ kind }) => kind)).toEqual(kinds)
})

test('entries are found by their time, without the end', async () => {
  const between = { from: times[1]!, until: times[3]! }
  const { entries } = await tenant((sql) => listEntries(sql, between, { size: 100 }))
  expect(entries.map(({ at }) => at)).toEqual([times[2], times[1]])
})

test('pages show each entry once', async () => {
  const seen: string[] = []
  let after: EntryPosition | undefined
  do {
    const page = await tenant((sql) => listEntries(sql, {}, { size: 3, after }))
    seen.push(...page.entries.map(({ id }) => id))
    after = page.last
  } while (after !== undefined)
  expect(new Set(seen).size).toBe(4)
})

test('one entry is shown in full, and to no other tenant', async () => {
  const { entries } = await tenant((sql) => listEntries(sql, { kind: 'profile.create' }, { size: 1 }))
  const { id } = entries[0]!
  expect(await tenant((sql) => getEntry(sql, id))).toMatchObject({
    id,
    subject: { type: 'thing', id: 'p1' },
    actor: { type: 'client', id: 'c2', person: 'grace' },
    after: '{"client":"c2"}',
    comment: 'so',
    people: ['ada', 'grace'],
    reason: 'unspecified',
    erased: [],
  })
  const other = await db.tenantId()
  await expect(inTenant(db.database.sql, other, (sql) => getEntry(sql, id))).rejects.toMatchObject({
    kind: 'not_found',
  })
  await expect(tenant((sql) => getEntry(sql, 'no id'))).rejects.toMatchObject({ kind: 'not_found' })
})

test('an export has everything that its verification needs', async () => {
  const pair = generateKeyPairSync('ed25519')
  await sealEntries(db.database.sql, tenantId)
  const signature = (text: string) => sign(null, Buffer.from(text), pair.privateKey)
  await signHeads(db.owner.sql, async (text) => ({ keyId: 'k', signature: signature(text) }))
  const keys = new Map([['k', pair.publicKey.export({ format: 'jwk' })]])
  const text = (await Array.fromAsync(exportLedger(db.database.sql, tenantId, { afterPosition: 0, keys }))).join('')
  const lines = text.trim().split('\n')
  expect(lines).toHaveLength(5)
  let link = chainStart(tenantId)
  for (const [index, line] of lines.slice(0, 4).entries()) {
    const { position, hash, linkHash: told, values, entry } = JSON.parse(line)
    // The content is the last member, exactly as it was hashed.
    const content = line.slice(line.indexOf('"entry":') + 8, -1)
    expect(contentHash(content).toString('hex')).toBe(hash)
    link = linkHash(link, position, Buffer.from(hash, 'hex'))
    expect([position, told]).toEqual([index + 1, link.toString('hex')])
    const { salt, value } = values.comment
    expect(entry.comment.sha256).toBe(valueHash(Buffer.from(salt, 'hex'), value).toString('hex'))
  }
  const { head } = JSON.parse(lines[4]!)
  expect(head).toMatchObject({ position: 4, linkHash: link.toString('hex'), keyId: 'k', publicKey: { kty: 'OKP' } })
  const signed = headText(tenantId, { position: 4, linkHash: link }, new Date(head.signTime))
  expect(head.signature).toBe(signature(signed).toString('base64'))
  const later = (await Array.fromAsync(exportLedger(db.database.sql, tenantId, { afterPosition: 3, keys }))).join('')
  expect(later.trim().split('\n')).toEqual(lines.slice(3))
})

test('a list leaves out values that are too long for a page, and names them; the entry itself is whole', async () => {
  const people = Array.from({ length: 30 }, (_, at) => `p${at}`)
  const long = {
    kind: 'source.map',
    subject: { type: 'source', id: 'long' },
    before: 'short',
    after: 'x'.repeat(5_000),
    people,
  }
  const { id } = await tenant((sql) => recordEntry(sql, long))
  const [listed] = (await tenant((sql) => listEntries(sql, { subject: 'long' }, { size: 1 }))).entries
  expect(listed).toMatchObject({ before: '"short"', after: undefined, omitted: ['after'], erased: [], peopleCount: 30 })
  expect(listed?.people).toEqual(people.slice(0, 10))
  expect(await tenant((sql) => getEntry(sql, id))).toMatchObject({
    omitted: [],
    people,
    after: `"${'x'.repeat(5_000)}"`,
  })
})
