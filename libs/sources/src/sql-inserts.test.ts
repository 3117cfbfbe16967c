import { expect, test } from 'vitest'
import { SqlRows } from './read/sql-rows.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

const joined = {
  people: { enabled: ['ana'], disabled: ['bo'] },
  faults: [],
  others: [],
  memberships: ['application role clerk -> application permission add'],
}
const grants = ['ana role boss', "ana role clerk's", 'bo role clerk']

const dumps: Readonly<Record<string, string>> = {
  'INSERT statements with their columns': `
-- users; of the shop
INSERT INTO users (id, username, is_active, note) VALUES (1, 'ana', 1, NULL), (2, 'bo', 0, 'a; b, (c)');
INSERT INTO roles (id, name) VALUES (1, 'clerk'), (2, 'boss'), (3, 'clerk''s');
INSERT INTO user_roles (user_id, role_id) VALUES (1, 2);
INSERT INTO user_roles (role_id, user_id) VALUES (3, 1), (1, 2);
INSERT INTO permissions (id, codename) VALUES (9, 'add');
INSERT INTO role_permissions (role_id, permission_id) VALUES (1, 9);
`,
  'a dump of MySQL': `-- MySQL dump 10.13  Distrib 8.0
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS \`users\`;
CREATE TABLE \`users\` (
  \`id\` int NOT NULL,
  \`username\` varchar(20) DEFAULT 'x, y',
  \`is_active\` tinyint(1),
  PRIMARY KEY (\`id\`), KEY \`k\` (\`username\`)
) ENGINE=InnoDB;
INSERT INTO \`users\` VALUES (1,'ana',1),(2,'bo',0);
CREATE TABLE \`roles\` (\`id\` int, \`name\` text);
INSERT INTO \`roles\` VALUES (1,'clerk'),(2,'boss'),(3,'clerk\\'s');
CREATE TABLE \`user_roles\` (\`user_id\` int, \`role_id\` int);
INSERT INTO \`user_roles\` VALUES (1,2),(1,3),(2,1);
CREATE TABLE \`permissions\` (\`id\` int, \`codename\` text);
INSERT INTO \`permissions\` VALUES (9,'add');
CREATE TABLE \`role_permissions\` (\`role_id\` int, \`permission_id\` int);
INSERT INTO \`role_permissions\` VALUES (1,9);
`,
  'a dump of PostgreSQL': `--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';
CREATE FUNCTION public.f() RETURNS void AS $$
INSERT INTO users VALUES (3, 'eve', 1);
$$ LANGUAGE sql;
CREATE TABLE public.users (
    id integer NOT NULL,
    username text
);
COPY public.users (id, username, is_active) FROM stdin;
1\tana\tt
2\tbo\tf
\\.

COPY public.roles (id, name) FROM stdin;
1\tclerk
2\tboss
3\tclerk's
\\.
COPY public.user_roles (user_id, role_id) FROM stdin;
1\t2
1\t3
2\t1
\\.
COPY public.permissions (id, codename) FROM stdin;
9\tadd
\\.
COPY public.role_permissions (role_id, permission_id) FROM stdin;
1\t9
\\.
`,
  'a script of SQL Server': `USE [shop]
GO
SET IDENTITY_INSERT [dbo].[users] ON
INSERT [dbo].[users] ([id], [username], [is_active]) VALUES (1, N'ana', 1)
INSERT [dbo].[users] ([id], [username], [is_active]) VALUES (2, N'bo', 0)
GO
INSERT [dbo].[roles] ([id], [name], [made]) VALUES (1, N'clerk', CAST(N'2024-01-01' AS date))
INSERT [dbo].[roles] ([id], [name]) VALUES (2, N'boss')
INSERT [dbo].[roles] ([id], [name]) VALUES (3, N'clerk''s')
INSERT [dbo].[user_roles] ([user_id], [role_id]) VALUES (1, 2)
INSERT [dbo].[user_roles] ([user_id], [role_id]) VALUES (1, 3)
INSERT [dbo].[user_roles] ([user_id], [role_id]) VALUES (2, 1)
INSERT [dbo].[permissions] ([id], [codename]) VALUES (9, N'add')
INSERT [dbo].[role_permissions] ([role_id], [permission_id]) VALUES (1, 9)
GO
`,
}

test.each(Object.entries(dumps))('the tables that %s fills are those of an application', async (_, text) => {
  const loaded = await load([bytesFile('shop.sql', text)])
  expect(loaded).toMatchObject(joined)
  expect(Object.keys(loaded.sources)).toEqual(['joined-tables'])
  expect(loaded.grants.map(shortGrant)).toEqual(grants)
})

test.each([
  ['is cut off within a text', "INSERT INTO t (a, b) VALUES (1, 'x", /^t\.sql:1: a text that begins here does not end/],
  ['is cut off within a row', 'INSERT INTO t (a, b) VALUES (1, 2), (3', /^t\.sql:1: the rows have no end/],
  ['is cut off behind COPY', 'COPY t (a, b) FROM stdin;\n1\t2\n', /the rows have no end/],
])('a script that %s is a fault', async (_, text, fault) => {
  const { faults } = await load([bytesFile('t.sql', text)])
  expect(faults).toEqual([expect.stringMatching(fault)])
})

test('a row with more values than columns is a fault with its line', async () => {
  const text = "INSERT INTO grants (login, role, mail) VALUES\n('ana', 'boss', 'a@x.test'),\n('bo', 'boss');\n"
  const { faults } = await load([bytesFile('t.sql', text.replace('login', 'username').replace('mail', 'email'))])
  expect(faults).toEqual(['t.sql[grants]:3: the row has 2 values, the table 3 columns'])
})

test('where a script is cut into pieces changes nothing', async () => {
  const script = [
    "INSERT INTO grants (username, role, email) OVERRIDING SYSTEM VALUE VALUES ('an''a', E'bo\\'ss\\\\', NULL);",
    'CREATE FUNCTION f() AS $x$ INSERT INTO grants VALUES (1, 2, 3); $x$;',
    "INSERT INTO grants (username, role, email) VALUES ('a\\', N'b--c', nextval('s')), (0x0a, (SELECT 'x'), 'it''s');",
    '',
  ].join('\n')
  const rows = (length: number) => {
    const reader = new SqlRows(1_000)
    for (let at = 0; at < script.length; at += length) reader.push(script.slice(at, at + length))
    reader.end()
    return [reader.take().map(({ values, line }) => [...values, line]), reader.failure]
  }
  expect(rows(script.length)).toEqual([
    [
      ["an'a", "bo'ss\\", undefined, 1],
      ['a\\', 'b--c', undefined, 3],
      ['0x0a', undefined, "it's", 3],
    ],
    undefined,
  ])
  for (let length = 1; length < script.length; length++)
    expect([length, rows(length)]).toEqual([length, rows(script.length)])
})

test.each([
  ['values', `INSERT INTO t (a) VALUES (${'1, '.repeat(500)}`],
  ['names', `INSERT INTO t (${'a, '.repeat(500)}`],
  ['words', `INSERT INTO t (a) VALUES (${'a '.repeat(800)}`],
  ['columns', `CREATE TABLE t (${'a int, '.repeat(200)}`],
])('a statement of too many %s ends the reading', (_, script) => {
  const reader = new SqlRows(1_000)
  reader.push(script)
  expect(reader.failure).toEqual({ line: 1, reason: 'a row or a statement that begins before is too long' })
})

test('a table with a column more in each statement is none in the end', async () => {
  const script = Array.from({ length: 1_100 }, (_, at) => `INSERT INTO t (c${at}) VALUES (1);\n`).join('')
  expect((await load([bytesFile('t.sql', script)])).others).toEqual(['t.sql: a script of SQL that fills no table'])
})

test('a table whose cells have statements is no script', async () => {
  const table = 'username,role,email,note\nana,boss,a@x.test,"see\nINSERT INTO t (a) VALUES (1);\n"\n'
  expect(await load([bytesFile('access.csv', table)])).toMatchObject({ people: { enabled: ['ana'] }, faults: [] })
})

test('a script that only makes tables is told by what it is', async () => {
  const { others, faults } = await load([
    bytesFile('schema.sql', 'CREATE TABLE t (a int);\nCREATE INDEX i ON t (a);\n'),
  ])
  expect([others, faults]).toEqual([['schema.sql: a script of SQL that fills no table'], []])
})
