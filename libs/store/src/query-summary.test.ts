import { expect, test } from 'vitest'
import { querySummary } from './query-summary.ts'

test.each([
  ['select id from identities where name = $1', 'select', ['identities']],
  ["select 'from grants' -- join usage\n from /* users */ identities", 'select', ['identities']],
  ['select * from a join b on true left join lateral (select from c) x on true', 'select', ['a', 'b', 'c']],
  [
    'with next as (select id from pgboss.job), done as (delete from d) update pgboss.job set a = 1 from next',
    'update',
    ['pgboss.job', 'd'],
  ],
  [
    'insert into "grants_17" (a, b) select a, b from unnest($1::int[], $2::int[]) as mine (a, b)',
    'insert',
    ['grants_n'],
  ],
  ['delete from only x using y', 'delete', ['x', 'y']],
  ['merge into t using s on true', 'merge', ['t', 's']],
  ['select extract(epoch from now()), count(*) from generate_series(1, 5)', 'select', []],
  ['copy grants from stdin', 'copy', ['grants']],
  ['lock table x', undefined, []],
  ['', undefined, []],
])('%s', (text, operation, tables) => {
  expect(querySummary(text)).toEqual({ operation, tables })
})
