import { generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { ledgerPublicKeys } from '@assay/auth'
import { loadInForce } from '@assay/directory'
import { actingAs, newEntry, startSealing, verifyLedger } from '@assay/ledger'
import { decideSuggestion, getSuggestion } from '@assay/role-mining'
import { createTenant, inTenant, openDatabase, openOwnerDatabase, type Sql } from '@assay/store'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'

const deciders = 32
/** The suggestions of each decider, because no user decides on the same one all the time. */
const suggestionsEach = 25
const rounds = 5

export const bench: Bench = {
  about:
    'decisions of 32 people at once with the ledger and without; how soon entries are sealed; verifying a million of them',
  run: ({ say, scale, count }) =>
    withBenchDatabase(async ({ url, serviceUrl }) => {
      const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 2 })
      const database = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-ledger', maxConnections: 10 })
      try {
        const measures = await decisions(owner.sql, database.sql, serviceUrl, scale === 'full' ? 4_000 : 400, say)
        return [
          ...measures,
          ...(await verification(owner.sql, database.sql, count ?? (scale === 'full' ? 1_000_000 : 20_000), say)),
        ]
      } finally {
        await Promise.all([owner.close(), database.close()])
      }
    }),
}

type Say = (text: string) => void

async function decisions(owner: Sql, sql: Sql, serviceUrl: string, count: number, say: Say): Promise<Measure[]> {
  const { tenantId } = await createTenant(owner, 'deciding')
  const ids = Array.from({ length: deciders }, () => Array.from({ length: suggestionsEach }, () => randomUUID()))
  for (const id of ids.flat()) await makeSuggestion(owner, tenantId, id)
  const decide = (id: string, state: 'new' | 'dismissed') =>
    actingAs({ type: 'client', id: 'bench', person: 'decider', name: 'A decider', role: 'reviewer' }, () =>
      inTenant(sql, tenantId, (scoped) => {
        const tools = { tenantId, snapshot: undefined, profileExists: async () => false }
        return decideSuggestion(scoped, { suggestionId: id, state }, tools)
      }),
    )
  // Workers seal entries, and they are other processes than those that decide.
  const sealer = new Worker(new URL('./support/sealing-thread.ts', import.meta.url), {
    workerData: { url: serviceUrl },
  })
  sealer.on('error', (error) => say(String(error)))
  const rates = { with: [] as number[], without: [] as number[] }
  const ratios: number[] = []
  // One round to warm up.
  for (let round = 0; round <= rounds; round++) {
    const withoutMs = await atOnce(ids, count, (id, state) => plainDecision(sql, tenantId, id, state))
    const withMs = await atOnce(ids, count, decide)
    if (round === 0) continue
    ratios.push(withoutMs / withMs)
    rates.without.push((1000 * count) / withoutMs)
    rates.with.push((1000 * count) / withMs)
  }
  const sealedMs = await sealingTime(owner, tenantId)
  sealer.postMessage('stop')
  await once(sealer, 'exit')
  say(
    `decisions a second: ${Math.round(median(rates.with))} with the ledger, ${Math.round(median(rates.without))} without`,
  )
  return [
    { measure: `${deciders} deciders at once, decisions with the ledger`, value: median(rates.with), unit: 'a second' },
    {
      measure: `${deciders} deciders at once, the same statements without`,
      value: median(rates.without),
      unit: 'a second',
    },
    { measure: 'with the ledger by without', value: median(ratios), unit: 'times', goal: { atLeast: 0.9 } },
    { measure: 'from an entry to its seal, slowest', value: sealedMs, unit: 'ms', goal: { atMost: 1000 } },
  ]
}

async function makeSuggestion(owner: Sql, tenantId: number, id: string): Promise<void> {
  const filters = JSON.stringify([{ attribute: 'department', values: ['Sales'] }])
  const entitlements = JSON.stringify(Array.from({ length: 12 }, (_, key) => ({ key, grantedCount: 9, coverage: 0.9 })))
  await owner`
    insert into role_mining_suggestions (tenant_id, id, run_id, state, suggested_name, description, search_text, cohort_filters,
      cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches)
    values (${tenantId}, ${id}, ${randomUUID()}, 'new', 'Sales', '', '', ${filters}::text::jsonb, 40,
      ${entitlements}::text::jsonb, 30, 0.9, 0.8, '[]', '[]')`
}

/** Each decider dismisses its suggestions and undoes this, one after another. Returns the milliseconds of all decisions. */
function atOnce(
  ids: readonly (readonly string[])[],
  count: number,
  decide: (id: string, state: 'new' | 'dismissed') => Promise<unknown>,
): Promise<number> {
  return timed(() =>
    Promise.all(
      ids.map(async (own) => {
        const turns = Math.ceil(count / ids.length / 2)
        for (let turn = 0; turn < turns; turn++)
          for (const state of ['dismissed', 'new'] as const) await decide(own[turn % own.length] ?? '', state)
      }),
    ),
  )
}

/** The statements of a decision without its ledger entry. They read and write the suggestion and the dismissal in the same way. */
async function plainDecision(sql: Sql, tenantId: number, id: string, state: 'new' | 'dismissed'): Promise<void> {
  await inTenant(sql, tenantId, async (scoped) => {
    await Promise.all([getSuggestion(scoped, id, true), loadInForce(scoped)])
    if (state === 'new') await scoped`select * from suggestion_dismissals where suggestion_id = ${id}`
    const at = new Date()
    const keep =
      state === 'dismissed'
        ? scoped`
            insert into suggestion_dismissals (tenant_id, suggestion_id, entry_id, decided_at, reason, people, entitlement_keys)
            values (${tenantId}, ${id}, ${id}, ${at}, 'unspecified', '{}', '{}')
            on conflict (tenant_id, suggestion_id) do update set decided_at = excluded.decided_at`
        : scoped`delete from suggestion_dismissals where suggestion_id = ${id}`
    await Promise.all([
      scoped`
        update role_mining_suggestions set state = ${state}, created_profile_id = null, updated_at = ${at}
        where id = ${id} returning *`,
      keep,
    ])
  })
}

/** The longest time that one of the last thousand entries waited for its seal. */
async function sealingTime(owner: Sql, tenantId: number): Promise<number> {
  while ((await owner`select from ledger_unsealed limit 1`).length > 0) await sleep(20)
  const { ms } = (
    await owner<{ ms: number }[]>`
    select max(extract(epoch from l.sealed_at - (e.content::jsonb ->> 'at')::timestamptz) * 1000)::float8 as ms
    from (select * from ledger_links where tenant_id = ${tenantId} order by position desc limit 1000) l
    join ledger_entries e on e.tenant_id = l.tenant_id and e.id = l.entry_id`
  )[0]!
  return ms
}

async function verification(owner: Sql, sql: Sql, count: number, say: Say): Promise<Measure[]> {
  const { tenantId } = await createTenant(owner, 'verifying')
  const filledMs = await timed(() => fill(owner, tenantId, count))
  say(`${count} entries are there after ${Math.round(filledMs / 1000)} s`)
  const sealedMs = await timed(async () => {
    const sealer = startSealing(sql, { everyMs: 1, onError: (error) => say(String(error)) })
    while ((await owner`select from ledger_unsealed limit 1`).length > 0) await sleep(50)
    await sealer.stop()
  })
  await owner.unsafe('vacuum analyze ledger_entries, ledger_values, ledger_links')
  const keys = await signedHead(owner, tenantId)
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    times.push(
      await timed(async () => {
        const report = await verifyLedger(sql, tenantId, { keys })
        if (!report.isWhole || report.entries !== count) throw new Error(`not verified: ${JSON.stringify(report)}`)
      }),
    )
  }
  return [
    { measure: `${count} entries sealed at one go`, value: sealedMs / 1000, unit: 's' },
    { measure: `${count} entries verified`, value: median(times) / 1000, unit: 's', goal: { atMost: 10 } },
  ]
}

/** Writes entries like those of decisions, many at a time. */
async function fill(owner: Sql, tenantId: number, count: number): Promise<void> {
  const batch = 5_000
  for (let done = 0; done < count; done += batch) {
    const entries = actingAs(
      { type: 'client', id: 'bench', person: 'decider', name: 'A decider', role: 'reviewer' },
      () =>
        Array.from({ length: Math.min(batch, count - done) }, (_, at) =>
          newEntry({
            kind: 'suggestion.dismiss',
            subject: { type: 'suggestion', id: String(done + at) },
            before: { state: 'new', suggestedName: 'Sales', cohortSize: 40, entitlementKeys: [1, 2, 3, 4, 5, 6, 7, 8] },
            after: { state: 'dismissed' },
            load: 7,
            run: 'r',
          }),
        ),
    )
    await writeAll(owner, tenantId, entries)
  }
}

async function writeAll(owner: Sql, tenantId: number, entries: readonly ReturnType<typeof newEntry>[]): Promise<void> {
  const values = entries.flatMap(({ id, values: beside }) => beside.map((value) => ({ id, ...value })))
  const hex = (bytes: Buffer) => bytes.toString('hex')
  await inTenant(owner, tenantId, async (sql) => {
    await sql`
      insert into ledger_entries (tenant_id, id, content, hash, kind, subject_id, client)
      select ${tenantId}, one.id, one.content, decode(one.hash, 'hex'), one.kind, one.subject, one.client
      from unnest(${entries.map(({ id }) => id)}::uuid[], ${entries.map(({ content }) => content)}::text[],
        ${entries.map(({ hash }) => hex(hash))}::text[], ${entries.map(({ kind }) => kind)}::text[],
        ${entries.map(({ subjectId }) => subjectId)}::text[], ${entries.map(({ client }) => client)}::text[])
        as one (id, content, hash, kind, subject, client)`
    await sql`
      insert into ledger_unsealed (tenant_id, entry_id) select ${tenantId}, unnest(${entries.map(({ id }) => id)}::uuid[])`
    await sql`
      insert into ledger_values (tenant_id, entry_id, field, salt, value, found_by)
      select ${tenantId}, one.id, one.field, decode(one.salt, 'hex'), one.value, one.found
      from unnest(${values.map(({ id }) => id)}::uuid[], ${values.map(({ field }) => field)}::text[],
        ${values.map(({ salt }) => hex(salt))}::text[], ${values.map(({ value }) => value)}::text[],
        ${values.map(({ foundBy }) => foundBy)}::text[]) as one (id, field, salt, value, found)`
  })
}

async function signedHead(owner: Sql, tenantId: number): Promise<ReadonlyMap<string, JsonWebKey>> {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ format: 'jwk' })
  await owner`select put_ledger_key('bench', ${JSON.stringify(publicKey)}::text::jsonb, '{}', null)`
  const [head] = await owner<{ position: number; link: Buffer }[]>`
    select position, link_hash as link from ledger_links where tenant_id = ${tenantId} order by position desc limit 1`
  const at = new Date()
  const text = `assay ledger head 1\ntenant ${tenantId}\n${head!.position}\n${head!.link.toString('hex')}\n${at.toISOString()}\n`
  const signature = sign(null, Buffer.from(text), pair.privateKey)
  await owner`select put_ledger_head(${tenantId}, ${head!.position}, ${head!.link}, 'bench', ${signature}, ${at})`
  return ledgerPublicKeys(owner)
}
