import { expect, test } from 'vitest'
import { judgeMigrations } from './judge-migrations.ts'
import { schemaFaults } from './schema-rules.ts'
import { listParts, sqlStatements } from './sql-statements.ts'

const judged = (text: string) => judgeMigrations([{ name: '0200_a.sql', text }])[0]!
const released = { version: '0.3.0', formats: { snapshot: 1, queue: 1 }, migrations: {} }
const faults = (text: string, mayStopAll = false) => schemaFaults(judged(text), released, mayStopAll)

test('a semicolon in a comment, a literal, a quoted name or a body ends no statement', () => {
  const text = `-- one; two
    insert into t values ('a;b''c'); /* ; */ comment on table "x;y" is ';';
    create function f() returns void as $$ begin; end $$; create function g() as $body$ $$;$$ $body$`
  expect(sqlStatements(text).map(({ words }) => words)).toEqual([
    "insert into t values ('a;b''c')",
    'comment on table "x;y" is \';\'',
    'create function f() returns void as $$',
    'create function g() as $$',
  ])
  expect(sqlStatements('-- nothing\n;;')).toEqual([])
  expect(listParts("add a numeric(3, 1) default 'x,y', add b text")).toEqual([
    "add a numeric(3, 1) default 'x,y'",
    'add b text',
  ])
})

test.each([
  ['create table t (id integer primary key, a integer references tenants, unique (a)); create index i on t (a)'],
  [
    "create table t (id integer); select keep_tenants_apart('t', 'select'); alter table t drop column id, add b text not null",
  ],
  ['alter table identities add column a text, add column b integer not null default 0'],
  ["alter table policies add column a text not null default 'x, y' constraint c check (a <> '')"],
  [
    'create function f() returns void as $$ drop table x $$; revoke execute on function f from public; grant execute on function f to assay_mining',
  ],
  [
    'create table t (id integer); create unique index u on t (id); create trigger w before update on t for each row execute function f(); drop table t',
  ],
  ['create index concurrently if not exists i on identities (email_order)'],
  ['alter table policies validate constraint c'],
  ["insert into policies values (1); comment on table policies is 'drop column'; update policies set a = 1"],
])('this is an expand that old processes do not notice: %s', (text) => {
  expect(faults(text)).toEqual([])
  expect(judged(text)).toMatchObject({ kind: 'expand' })
})

test.each([
  ['drop table policies', 'the table policies is dropped'],
  ['alter table policies drop column a', 'the column a of policies is dropped'],
  ['alter table assay.policies rename column a to b', 'something of policies is renamed: rename column a to b'],
  ['alter table policies rename to rules', 'something of policies is renamed: rename to rules'],
  ['alter table policies alter column a type bigint', 'the column a of policies gets another type'],
  ['alter table policies alter a set not null', 'old processes may leave a of policies null'],
  ['alter table policies alter column a drop default', 'old processes rely on the default of a of policies'],
  [
    'alter table policies add column a text not null',
    'old processes add rows to policies without a, which must not be null',
  ],
  ['drop function f(integer)', 'the function f is dropped'],
  ['create table t (id integer); drop table t, policies cascade', 'the table policies is dropped'],
  [
    'create function g() returns void as $$ $$; drop function g(integer, text), f(integer)',
    'the function f is dropped',
  ],
  ['create table t (id integer); revoke select on t, policies from assay_mining', 'rights on policies are revoked'],
  ['alter function f rename to g', 'the function f is changed: rename to g'],
  ['revoke select on table policies from assay_mining', 'rights on policies are revoked'],
  ['revoke select on policies from assay_mining', 'rights on policies are revoked'],
])('this is a contract, which has to say so: %s', (text, says) => {
  expect(judged(text)).toMatchObject({ kind: 'contract', contracts: [expect.stringContaining(says)] })
  expect(faults(text)).toEqual([
    expect.stringMatching(/^0200_a\.sql: .*; that is a contract: "-- contract after VERSION: WHY"/),
  ])
  expect(faults(`-- expand: it does no harm\n${text}`)).toEqual(faults(text))
  expect(faults(`-- contract after 0.2.0: nothing has used it since\n${text}`)).toEqual([])
  expect(faults(`-- contract after 0.3.0: the released version uses it\n${text}`)).toEqual([
    expect.stringContaining('processes of 0.3.0 still use what it takes away'),
  ])
  expect(faults(`-- contract after 0.3.0: everybody stops\n${text}`, true)).toEqual([])
  expect(faults(`-- contract after 0.4.0: who knows\n${text}`, true)).toEqual([
    expect.stringContaining('0.4.0 is not released yet'),
  ])
})

test.each([
  ['create or replace function f() returns void as $$ $$', 'old processes use the function f'],
  ['alter table policies add constraint c check (a > 0) not valid', 'what the new constraint c refuses'],
  ['create unique index u on policies (a)', 'what the unique index u refuses'],
  ['create trigger w before update on policies for each row execute function f()', 'meets the trigger w'],
  ['drop policy p on policies', 'the policy p of policies'],
  ['drop index u', 'old processes may rely on the index u'],
  ["select keep_within_reader_scope('policies', 'true')", 'see or write other rows of policies'],
  ['do $$ begin end $$', 'it is not known what this does'],
  ['select remove_everything()', 'it is not known what this does'],
])('of this somebody has to say that it does no harm: %s', (text, says) => {
  expect(judged(text)).toMatchObject({ kind: 'contract', contracts: [], undecided: [expect.stringContaining(says)] })
  expect(faults(text)).toEqual([expect.stringContaining('if it does no harm, "-- expand: WHY"')])
  expect(judged(`-- What it is.\n--\n-- expand: because\n${text}`)).toMatchObject({ kind: 'expand' })
  expect(faults(`-- What it is.\n--\n-- expand: because\n${text}`)).toEqual([])
  // Only the first comment counts.
  expect(faults(`${text};\n-- expand: because`)).toEqual(faults(text))
})

test.each([
  ['create index i on identities (email_order)', 'SHARE on identities', 'make the index concurrently'],
  ['create index i on source_grants_3 (holder)', 'SHARE on source_grants_3', 'make the index concurrently'],
  [
    'create index concurrently if not exists i on identities (a); insert into t values (1)',
    'SHARE UPDATE EXCLUSIVE on identities',
    'a file of its own',
  ],
  ['create index concurrently i on identities (a)', 'SHARE UPDATE EXCLUSIVE on identities', 'with "if not exists"'],
  ['update identities set a = 1', 'ROW EXCLUSIVE on identities', 'in small pieces'],
  ['delete from ledger_entries', 'ROW EXCLUSIVE on ledger_entries', 'in small pieces'],
  [
    'alter table accounts add column a uuid not null default gen_random_uuid()',
    'ACCESS EXCLUSIVE on accounts',
    'without a value for each row',
  ],
  [
    '-- expand: all rows fulfil it\nalter table accounts add constraint c check (a > 0)',
    'ACCESS EXCLUSIVE on accounts',
    '"not valid"',
  ],
])('this would hold everybody up on a large table: %s', (text, lock, instead) => {
  expect(faults(text)).toEqual([expect.stringContaining(`it takes ${lock}, which may be large`)])
  expect(faults(text)[0]).toContain(instead)
  expect(faults(text, true)).toEqual([])
})

test('what a migration makes is new to the ones after it, and the strictest lock of a table is told', () => {
  const [, second] = judgeMigrations([
    { name: '0200_a.sql', text: 'create table t (id integer); alter table policies add column a text' },
    {
      name: '0201_b.sql',
      text: 'alter table t drop column id; alter table policies drop column a; create index i on policies (b); drop table u',
    },
  ])
  expect(second).toEqual({
    name: '0201_b.sql',
    mark: undefined,
    kind: 'contract',
    contracts: ['the table u is dropped'],
    undecided: [],
    locks: [
      { table: 'policies', lock: 'ACCESS EXCLUSIVE', lasts: 'rows' },
      { table: 'u', lock: 'ACCESS EXCLUSIVE', lasts: 'moment' },
    ],
    isConcurrent: false,
  })
})
