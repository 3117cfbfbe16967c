import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { loadCurrentSnapshot } from '@assay/directory'
import { createTenant, openDatabase, openOwnerDatabase, type Sql } from '@assay/store'
import { type Bench, type Measure, median, timed } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'

const sizes = {
  small: { identities: 10_000, entitlements: 2_000, applications: 50, grants: 500_000, rounds: 1 },
  full: { identities: 100_000, entitlements: 20_000, applications: 200, grants: 10_000_000, rounds: 3 },
}
type Size = (typeof sizes)['full']

export const bench: Bench = {
  about: 'a whole import, upload included, against a bare COPY of the same grants.csv into one table',
  async run({ scale, say }) {
    const size = sizes[scale]
    return withBenchDatabase(async ({ url, folder }) => {
      const files = join(folder, 'files')
      await mkdir(files)
      await writeFiles(files, size)
      const bytes = (await stat(join(files, 'grants.csv'))).size
      say(`${size.grants.toLocaleString('en')} grants, grants.csv has ${Math.round(bytes / 1e6)} MB`)
      return compare(url, files, size, say)
    })
  },
}

async function compare(url: string, files: string, size: Size, say: (text: string) => void): Promise<Measure[]> {
  const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 1 })
  const service = openDatabase({ url, applicationName: 'assay-bench-service', maxConnections: 2 })
  try {
    const copies: number[] = []
    const uploads: Half[] = []
    const commits: Half[] = []
    const loads: number[] = []
    for (let round = 0; round < size.rounds; round++) {
      copies.push(await bareCopy(owner.sql, join(files, 'grants.csv')))
      const { tenantId } = await createTenant(owner.sql, `bench ${round}`)
      uploads.push(await runHalf('upload', url, tenantId, files))
      commits.push(await runHalf('commit', url, tenantId, uploads[round].id))
      loads.push(await timed(() => loadCurrentSnapshot(service.sql, tenantId)))
      say(
        `round ${round + 1}: COPY ${copies[round].toFixed(0)} ms, upload ${uploads[round].ms.toFixed(0)} ms, ` +
          `commit ${commits[round].ms.toFixed(0)} ms (${JSON.stringify(commits[round].steps)})`,
      )
    }
    const bare = median(copies)
    const whole = median(copies.map((_, round) => uploads[round].ms + commits[round].ms))
    const memory = (halves: readonly Half[]) => Math.max(...halves.map(({ maxRssMb }) => maxRssMb))
    return [
      { measure: 'bare COPY of grants.csv', value: bare / 1000, unit: 's' },
      { measure: 'upload of all files', value: median(uploads.map(({ ms }) => ms)) / 1000, unit: 's' },
      { measure: 'commit', value: median(commits.map(({ ms }) => ms)) / 1000, unit: 's' },
      { measure: 'import, upload and commit', value: whole / 1000, unit: 's' },
      { measure: 'import, times a bare COPY', value: whole / bare, unit: 'x', goal: { atMost: 3 } },
      { measure: 'memory of the uploading process', value: memory(uploads), unit: 'MB', goal: { atMost: 500 } },
      { measure: 'memory of the committing process', value: memory(commits), unit: 'MB', goal: { atMost: 500 } },
      { measure: 'loading the snapshot', value: median(loads) / 1000, unit: 's', goal: { atMost: 1 } },
    ]
  } finally {
    await service.close()
    await owner.close()
  }
}

interface Half {
  readonly id: string
  readonly ms: number
  readonly maxRssMb: number
  readonly steps: object
}

async function runHalf(half: 'upload' | 'commit', url: string, tenantId: number, subject: string): Promise<Half> {
  const script = join(import.meta.dirname, 'support', 'import-process.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, half, url, String(tenantId), subject])
  return JSON.parse(stdout) as Half
}

/** What Postgres needs at least: the file as it is into a table without indexes, keys or row security. */
async function bareCopy(sql: Sql, file: string): Promise<number> {
  await sql`create table bare_grants (identity_id text, entitlement_id text, granted_at timestamptz, last_used_at timestamptz)`
  try {
    return await timed(async () => {
      const target = await sql`copy bare_grants from stdin (format csv, header)`.writable()
      await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), target)
    })
  } finally {
    await sql`drop table bare_grants`
  }
}

/** The same files every time: grants grouped by identity, drawn with a bent towards the first entitlements. */
async function writeFiles(folder: string, size: Size): Promise<void> {
  const random = mulberry32(20_260_101)
  const write = (name: string, lines: () => Generator<string>) =>
    pipeline(blocks(lines()), createWriteStream(join(folder, name), { highWaterMark: 1024 * 1024 }))
  await write('identities.csv', function* () {
    yield 'id,display_name,email,department,job_title,manager_id,employment_type,location'
    for (let i = 0; i < size.identities; i++) {
      const manager = i < 100 ? '' : id('u', i % 100)
      const group = `Department ${i % 120},Title ${i % 37},${manager},${i % 9 === 0 ? 'contractor' : 'employee'}`
      yield `${id('u', i)},Person ${i},person${i}@example.org,${group},Site ${i % 14}`
    }
  })
  await write('applications.csv', function* () {
    yield 'id,display_name'
    for (let i = 0; i < size.applications; i++) yield `${id('a', i)},Application ${i}`
  })
  await write('entitlements.csv', function* () {
    yield 'id,application_id,display_name,risk_level'
    for (let i = 0; i < size.entitlements; i++) yield `${id('e', i)},${id('a', i % size.applications)},Right ${i},low`
  })
  await write('grants.csv', function* () {
    yield 'identity_id,entitlement_id,granted_at,last_used_at'
    const each = size.grants / size.identities
    const taken = new Int32Array(size.entitlements).fill(-1)
    for (let i = 0; i < size.identities; i++) {
      for (let n = 0; n < each; n++) {
        let e = Math.floor(random() ** 2 * size.entitlements)
        while (taken[e] === i) e = (e + 1) % size.entitlements
        taken[e] = i
        yield `${id('u', i)},${id('e', e)},${day(random() * 1500)},${day(1500 + random() * 500)}`
      }
    }
  })
}

const days = Array.from({ length: 2000 }, (_, i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10))

function day(at: number): string {
  return days[Math.floor(at)]
}

function id(letter: string, number: number): string {
  return letter + String(number).padStart(6, '0')
}

function* blocks(lines: Iterable<string>): Generator<string> {
  let block: string[] = []
  for (const line of lines) {
    block.push(line)
    if (block.length < 10_000) continue
    yield `${block.join('\n')}\n`
    block = []
  }
  if (block.length > 0) yield `${block.join('\n')}\n`
}

/** https://github.com/cprosche/mulberry32: small, seeded, good enough for data. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
