import { prepareQueues } from '@assay/jobs'
import { queues } from '@assay/role-mining'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scheduleCommand } from './schedule.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await db.tenantId('local')
  await prepareQueues(db.ownerUrl, queues)
})
afterAll(() => db.drop())

async function run(...words: string[]): Promise<string> {
  const printed: string[] = []
  const program = scheduleCommand((line) => printed.push(line), { DATABASE_URL: db.ownerUrl }).exitOverride()
  await program.parseAsync(words, { from: 'user' })
  return printed.join('\n')
}

test('a schedule is set, told, replaced and taken away', async () => {
  expect(await run()).toBe('The organisation of "local" is analysed on no schedule.')
  expect(await run('0 3 * * *')).toBe('The organisation of "local" is analysed at "0 3 * * *" (UTC).')
  expect(await run('30 4 * * 1', '--time-zone', 'Europe/Oslo')).toContain('at "30 4 * * 1" (Europe/Oslo)')
  expect(await run()).toContain('at "30 4 * * 1" (Europe/Oslo)')
  expect(await run('off')).toContain('on no schedule')
  expect(await run('off')).toContain('on no schedule')
  const entries = await db.owner.sql<{ kind: string; before: string | null; after: string | null }[]>`
    select kind, (select value from ledger_values where entry_id = e.id and field = 'before') as before,
      (select value from ledger_values where entry_id = e.id and field = 'after') as after
    from ledger_entries e where content like '%"type":"command"%' order by id`
  const [early, late] = ['{"cron":"0 3 * * *","timeZone":"UTC"}', '{"cron":"30 4 * * 1","timeZone":"Europe/Oslo"}']
  expect([...entries]).toEqual([
    { kind: 'schedule.set', before: null, after: early },
    { kind: 'schedule.set', before: early, after: late },
    { kind: 'schedule.delete', before: late, after: null },
  ])
})

test.each([
  [['61 3 * * *'], 'cron: "61 3 * * *" in UTC'],
  [['at night'], 'must have five fields'],
  [['* * * * * *'], 'must have five fields'],
  [['0 3 * * *', '--time-zone', 'Europe/Olso'], 'Europe/Olso'],
  [['0 3 * * *', '--tenant', 'nobody'], 'There is no tenant "nobody"'],
])('%j is refused, and changes nothing', async (words, message) => {
  await expect(run(...words)).rejects.toThrow(message)
  expect(await run()).toContain('on no schedule')
  expect(await db.owner.sql`select from ledger_entries where kind like 'schedule.%'`).toHaveLength(3)
})
