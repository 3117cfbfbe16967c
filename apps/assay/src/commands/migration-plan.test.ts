import { expect, test } from 'vitest'
import { judgeMigrations } from '../../../../libs/store/src/schema-change/judge-migrations.ts'
import { describePlan } from './migration-plan.ts'

const plan = (files: Readonly<Record<string, string>>) =>
  describePlan(judgeMigrations(Object.entries(files).map(([name, text]) => ({ name, text }))))

test('a plan of expand migrations says what each locks, and that processes may go on', () => {
  const lines = plan({
    '0200_a.sql': 'create table a (id integer references tenants); alter table policies add column b text',
    '0201_b.sql': '-- expand: all rows fulfil it\nalter table policies add constraint c check (b > 0)',
    '0202_c.sql': 'create index concurrently if not exists i on identities (email_order)',
  })
  expect(lines).toEqual([
    '0200_a.sql  expand',
    '    blocks writes to tenants for a moment (SHARE ROW EXCLUSIVE)',
    '    blocks reads and writes of policies for a moment (ACCESS EXCLUSIVE)',
    '0201_b.sql  expand',
    '    all rows fulfil it',
    '    blocks reads and writes of policies while it reads all rows (ACCESS EXCLUSIVE)',
    '0202_c.sql  expand',
    '    blocks no reads and no writes of identities while it reads all rows (SHARE UPDATE EXCLUSIVE)',
    '    outside of a transaction: if it is broken off, run "migrate" again',
    '',
    'Running processes may continue. Run "migrate", then replace them one after the other.',
    'A migration waits for a lock for at most 2 s, lets other queries run, and tries again.',
  ])
})

test('a plan with a contract says whose processes must end', () => {
  const contract = '-- contract after 0.9.0: nothing has used b since\nalter table policies drop column b'
  const lines = plan({ '0200_a.sql': contract, '0201_b.sql': contract.replace('0.9.0', '0.10.0') })
  expect(lines.slice(0, 4)).toEqual([
    '0200_a.sql  contract',
    '    after 0.9.0: nothing has used b since',
    '    the column b of policies is dropped',
    '    blocks reads and writes of policies for a moment (ACCESS EXCLUSIVE)',
  ])
  expect(lines).toContain(
    'Processes of 0.10.0 and of earlier versions must end before "migrate"; those of later versions may continue.',
  )
  expect(plan({ '0200_a.sql': 'drop table policies' })).toContainEqual(
    expect.stringContaining('stop all processes before "migrate"'),
  )
})

test('nothing to do, and an empty database, are told in a line', () => {
  expect(plan({})).toEqual(['The schema is up to date.'])
  expect(plan({ '0001_tenants.sql': 'create table tenants ()' })).toEqual([
    '0001_tenants.sql',
    'The database is empty: it gets all of them.',
  ])
})
