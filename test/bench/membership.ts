import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { applyMembership, type MembershipReport, ruleSemantics } from '@assay/profiles'
import { createTenant, inTenant, openDatabase, openOwnerDatabase, type Sql } from '@assay/store'
import { writeAccessFiles } from './support/access-files.ts'
import { type Bench, type Measure, timed } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { membershipRules, patternRules } from './support/membership-rules.ts'

const sizes = {
  small: { identities: 10_000, entitlements: 500, applications: 20, grants: 100_000, rules: 50, patterns: 20 },
  full: { identities: 100_000, entitlements: 2_000, applications: 50, grants: 1_000_000, rules: 500, patterns: 100 },
}

export const bench: Bench = {
  about: 'the rules of all automated profiles over all identities, with every change of membership made',
  async run({ scale, say }) {
    const size = sizes[scale]
    return withBenchDatabase(async ({ url, serviceUrl, folder }) => {
      const files = join(folder, 'files')
      await mkdir(files)
      await writeAccessFiles(files, size)
      const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 1 })
      const service = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-service', maxConnections: 3 })
      try {
        const { tenantId } = await createTenant(owner.sql, 'bench')
        await importFolder(service.sql, tenantId, files)
        await makeProfiles(service.sql, tenantId, membershipRules(size.rules))
        const measures = await evaluateThrice(service.sql, tenantId, say)
        return [...measures, ...(await evaluatePatterns(service.sql, tenantId, patternRules(size.patterns), say))]
      } finally {
        await service.close()
        await owner.close()
      }
    })
  },
}

/** As many threads as the worker uses. */
const threads = availableParallelism()

async function evaluateThrice(sql: Sql, tenantId: number, say: (text: string) => void): Promise<Measure[]> {
  const evaluate = async (occasion: string): Promise<Measure> => {
    let report: MembershipReport | undefined
    const before = process.cpuUsage()
    const seconds = (await timed(async () => (report = await applyMembership(sql, tenantId, { threads })))) / 1000
    const { user, system } = process.cpuUsage(before)
    // PostgreSQL works at the same time. On a shared machine, compare this figure.
    const own = `${((user + system) / 1e6).toFixed(1)} s of processor time here`
    say(`${occasion}: ${seconds.toFixed(1)} s, ${own}, ${JSON.stringify(report)}`)
    return { measure: occasion, value: seconds, unit: 's', goal: { atMost: 30 } }
  }
  const atFirst = await evaluate('first evaluation, everybody joins')
  const again = await evaluate('nothing has changed')
  await inTenant(sql, tenantId, async (scoped) => {
    await scoped`update identities set department = 'Department ' || (key % 7), job_title = 'Title 3' where key % 20 = 0`
  })
  const later = await evaluate('one in twenty has moved')
  // Reads the data that every implementation must read, and does nothing with them.
  const bare = await timed(() =>
    inTenant(
      sql,
      tenantId,
      (scoped) => scoped`select json_agg(identities)::text from identities where status = 'enabled'`,
    ),
  )
  return [
    atFirst,
    again,
    later,
    { measure: 'reading all identities as one JSON text', value: bare / 1000, unit: 's' },
    { measure: 'nothing has changed, times that reading', value: again.value / (bare / 1000), unit: 'x' },
  ]
}

/** Evaluates rules that have only patterns, when nothing changes: the time is for reading and matching. */
async function evaluatePatterns(
  sql: Sql,
  tenantId: number,
  rules: readonly string[],
  say: (text: string) => void,
): Promise<Measure[]> {
  await inTenant(sql, tenantId, (scoped) => scoped`delete from access_profiles`)
  await makeProfiles(sql, tenantId, rules)
  await applyMembership(sql, tenantId, { threads })
  const seconds: number[] = []
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    seconds.push((await timed(() => applyMembership(sql, tenantId, { threads }))) / 1000)
    const { user, system } = process.cpuUsage(before)
    say(`patterns: ${seconds[round]!.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor time here`)
  }
  const [, median] = seconds.toSorted((one, other) => one - other)
  return [{ measure: `${rules.length} rules with patterns, nothing has changed`, value: median!, unit: 's' }]
}

async function importFolder(sql: Sql, tenantId: number, folder: string): Promise<void> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'bench', skipInvalid: false })
  for (const name of await readdir(folder)) {
    await uploadImportFile(sql, tenantId, id, name, createReadStream(join(folder, name), { highWaterMark: 256 * 1024 }))
  }
  await commitImport(sql, tenantId, id, {})
}

/** Stores the profiles directly, without the evaluation that a creation one by one would make. */
async function makeProfiles(sql: Sql, tenantId: number, rules: readonly string[]): Promise<void> {
  const rows = rules.map((rule, index) => ({ id: randomUUID(), name: `profile ${index}`, rule }))
  await inTenant(sql, tenantId, async (scoped) => {
    await scoped`
      insert into access_profiles (tenant_id, id, display_name, cel_expression, automation_enabled, created_by, name_order,
        rule_semantics)
      select ${tenantId}, id, name, rule, true, 'bench', name, ${ruleSemantics}
      from jsonb_to_recordset(${scoped.json(rows)}) as row (id uuid, name text, rule text)`
  })
}
