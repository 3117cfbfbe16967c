import { gzipSync, zstdCompressSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import type { InputFile } from './input-file.ts'
import { connectorFileBytes } from './testing-connector-file.ts'
import { databaseBytes } from './testing-database.ts'
import { bytesFile, load } from './testing-load.ts'
import { workbookBytes } from './testing-workbook.ts'
import { zipBytes } from './testing-zip.ts'

const people = 'identity_id,entitlement_id,application_id\r\n"u1",crm,"a, b"\r\nu2,"g""it",b\r\nü3,vpn,c\r\n'
const scim = JSON.stringify({
  totalResults: 2,
  Resources: [
    { id: '1', userName: 'am', active: true, roles: [{ value: 'seller' }], emails: [{ value: 'a@x.test' }] },
    { id: '2', userName: 'bü', active: false, name: { formatted: 'Bo "K" \\ \u00e9' } },
  ],
})
const baton =
  'users:\n  - {name: am, email: a@x.test, status: active}\n  - name: bk\n    email: ""\ngrants:\n  - {principal: am, entitlement_id: "sales:member"}\n'
const ldif =
  'version: 1\n\ndn: uid=am,dc=x\nobjectClass: inetOrgPerson\nuid: am\ncn:: QW5hIE3DvGxsZXI=\n\ndn: cn=crm,dc=x\nobjectClass: groupOfNames\nmember: uid=am,\n dc=x\n'
const xml =
  '<?xml version="1.0"?><objects xmlns="urn:x"><user oid="1"><name>am</name><assignment><targetRef oid="r1" type="RoleType"/></assignment></user></objects>'
const sap = `Tabelle: AGR_USERS\n${'-'.repeat(30)}\n|AGR_NAME|UNAME|TO_DAT    |\n${'-'.repeat(30)}\n|Z_CLERK |AM   |31.12.9999|\n`

/** Names of files and their bytes, one for each reader. */
const samples: Readonly<Record<string, Uint8Array>> = {
  'table.csv': Buffer.from(people),
  'tabs-utf16.txt': Buffer.from(`\ufeff${people.replaceAll(',', '\t')}`, 'utf16le'),
  'realm.json': Buffer.from(scim),
  'lines.ndjson': Buffer.from('{"id":"1","userName":"am"}\n{"id":"2","userName":"bk"}\n'),
  'access.yaml': Buffer.from(baton),
  'dir.ldif': Buffer.from(ldif),
  'objects.xml': Buffer.from(xml),
  'agr_users.txt': Buffer.from(sap),
  'pairs.txt': Buffer.from('1 10\n2 20\n3 10\n'),
  'matrix.csv': Buffer.from('user,a,b,c\nu1,1,0,1\nu2,0,0,1\n'),
  'policy.csv': Buffer.from('p, clerk, order, read\np, bü, order, write, allow\ng, am, clerk\n'),
  passwd: Buffer.from('root:x:0:0:root:/root:/bin/sh\nbü:x:1000:1000:Bü,,:/home/bü:/bin/sh\n'),
  group: Buffer.from('wheel:x:10:am,bü\nempty:x:11:\n'),
  sudoers: Buffer.from(
    'User_Alias OPS = am, \\\n  bü\n%wheel ALL=(ALL) ALL\nOPS web = (root) NOPASSWD: /bin/a, !/bin/b\n',
  ),
  'list.txt': Buffer.from(
    'GRANTEE    GRANTED_ROLE\n---------- ------------\nAM         CLERK\nBÜ         READER\n\n2 rows selected.\n',
  ),
  'properties.txt': Buffer.from(
    'Name    : Ana\nMember  : {a, bü,\n          c}\nEnabled : True\n\nName    : Bü\nEnabled : False\n',
  ),
  'aligned.txt': Buffer.from(
    'NAME    ROLE     USERS   GROUPS\nedit    x/edit   am,bü   \nread    x/read           ops\n',
  ),
  'user-of-windows.txt': Buffer.from(
    'User name     am\nFull Name     Ä M\nAccount active    Yes\nLocal Group Memberships  *Users  *Ops\n',
  ),
  'flags.csv': Buffer.from('Login,A,B,Name,Locked,C\nam,x,,Ana,,x\nbü,,x,Bü,x,\n'),
  'grants.sql': Buffer.from(
    '-- roles\nGRANT reader TO "bü";\nGRANT SELECT (a, b), UPDATE ON TABLE shop.orders TO am, reader\n  WITH GRANT OPTION;\n',
  ),
  'insert.sql': Buffer.from(
    "CREATE TABLE grants (username text, role text, email text);\nINSERT INTO grants VALUES ('am', 'o''k', 'a@x'), ('bü', 'b', NULL);\n",
  ),
  'copy.sql': Buffer.from('COPY public.g (username, role, email) FROM stdin;\nam\tok\t\\N\nbü\tx\\ty\tb@x\n\\.\n'),
  'groups-of-windows.txt': Buffer.from(
    `Alias name     Ops\n\nMembers\n\n${'-'.repeat(79)}\nX\\am\nX\\bü\nThe command completed successfully.\n`,
  ),
  'rights-of-windows.txt': Buffer.from('C:\\a b X\\am:(OI)(CI)(M)\n       X\\bü:(DENY)(W)\n'),
  'unload.txt': Buffer.from(`0102 OPS      AM       USE     \n0404 A.**${' '.repeat(48)} OPS      READ     00000\n`),
  'rows.xml': Buffer.from(
    '<rows><row><user>am</user><role>a</role><role>b</role></row><row><user>bü</user><role>a</role></row></rows>',
  ),
  'levels.csv': Buffer.from('user,crm,erp\nu1,Read,R/W\nu2,,none\n'),
  'answer.json': Buffer.from(
    '{"data":{"organization":{"membersWithRole":{"edges":[{"role":"ADMIN","node":{"login":"am"}},{"role":"x","node":{"login":"bü"}}]}}}}',
  ),
  'shell.txt': Buffer.from(
    "{\n  users: [ { user: 'am', db: 'x', userId: new UUID('1'), roles: [ { role: 'r', db: 'x' } ], at: Timestamp({ t: 1 }, 2) } ],\n  ok: 1\n}\n",
  ),
  'members.sql': Buffer.from("ALTER ROLE [a b] ADD MEMBER [am];\nGO\nEXEC sp_addrolemember N'b', N'X\\bü'\nGO\n"),
  'relations.yaml': Buffer.from(
    'schema: |-\n  definition user {}\nrelationships: |-\n  doc:1#viewer@user:am\n  doc:1#viewer@team:bü#member\n',
  ),
  'upa.txt': Buffer.from('3 4 0.5\n1 0 0 1\n0 1 1 0\n0 0 0 1\n'),
  'rmp.txt': Buffer.from('# RMPlib\nu0\tp1\tp2\nu1\tp2\n'),
  'teams.toml': Buffer.from('name = "crabs"\n[people]\nleads = ["am"]\nmembers = ["am", "bü"]\n'),
  'access.jsonc': Buffer.from(`// ours\n${scim.replace('[', '[ /* users */ ')}`),
  'access.db': databaseBytes(
    'create table access (identity_id text, entitlement_id text)',
    "insert into access values ('u1', 'crm'), ('u2', 'git'), ('ü3', 'vpn')",
  ),
  'okta.c1z': connectorFileBytes(),
  'grants.parquet': new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'identity_id', data: ['u1', 'u2', 'ü3'], type: 'STRING' },
        { name: 'entitlement_id', data: ['crm', 'git', 'vpn'], type: 'STRING' },
      ],
    }),
  ),
  'grants.csv.gz': gzipSync(people),
  'data.zip': zipBytes({ 'grants.csv': people, 'README.txt': 'Export.' }),
  'book.xlsx': workbookBytes({
    Grants: [
      ['identity_id', 'entitlement_id'],
      ['u1', 'crm'],
      ['u2', 45_292],
    ],
  }),
}

const cases = Object.entries(samples)

/** Each attempt starts threads. */
const runsOf = (name: string) => (name.endsWith('.parquet') ? 6 : 15)
const patience = 180_000

test.each(cases)(
  '%s, cut off anywhere, is read or told, and never hangs or crashes',
  async (name, bytes) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (length) => {
        const { faults, others, unmapped, sources } = await load([bytesFile(name, bytes.subarray(0, length))])
        expect(faults.length + others.length + unmapped.length + Object.keys(sources).length).toBeGreaterThan(0)
      }),
      { seed: 1, numRuns: runsOf(name) },
    )
  },
  patience,
)

test.each(cases)(
  '%s with bytes flipped is read or told, and never hangs or crashes',
  async (name, bytes) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (flips) => {
          const damaged = Uint8Array.from(bytes)
          for (const [at, by] of flips) damaged[at] = (damaged[at] ?? 0) ^ by
          const { faults, others, unmapped, sources } = await load([bytesFile(name, damaged)])
          expect(faults.length + others.length + unmapped.length + Object.keys(sources).length).toBeGreaterThan(0)
        },
      ),
      { seed: 2, numRuns: runsOf(name) },
    )
  },
  patience,
)

const packed = ['grants.csv.gz', 'data.zip', 'book.xlsx', 'access.db', 'okta.c1z', 'grants.parquet']

test.each(packed)('%s that is cut off gives a fault rather than a part of its rows', async (name) => {
  const bytes = samples[name] ?? new Uint8Array(0)
  for (const length of [30, bytes.length >> 1, bytes.length - 20]) {
    const { faults } = await load([bytesFile(name, bytes.subarray(0, length))])
    expect(faults).not.toEqual([])
  }
})

test.each(['realm.json', 'objects.xml'])(
  '%s that is cut off gives a fault rather than a part of its rows',
  async (name) => {
    const bytes = samples[name] ?? new Uint8Array(0)
    for (const length of [bytes.length >> 1, bytes.length - 1]) {
      const { faults } = await load([bytesFile(name, bytes.subarray(0, length))])
      expect(faults).toEqual([expect.stringMatching(new RegExp(`^${name.replace('.', '\\.')}:1: is no |cut off`))])
    }
  },
)

const whole = 'identity_id,entitlement_id,application_id,granted_at\nu1,crm,a,2024-01-01\nu2,git,b,\nü3,"v, n",a,\n'

test('columns in any order give the same grants', async () => {
  const rows = parse(whole, {}) as string[][]
  const wanted = (await load([bytesFile('g.csv', whole)])).grants
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
      const text = rows.map((row) => order.map((place) => `"${row[place]}"`).join(';')).join('\n')
      expect((await load([bytesFile('g.csv', text)])).grants).toEqual(wanted)
    }),
    { seed: 3, numRuns: 12 },
  )
})

test.each([
  ['utf-8', Buffer.from(whole)],
  ['utf-8 with a mark', Buffer.from(`\ufeff${whole}`)],
  ['utf-16 LE', Buffer.from(`\ufeff${whole}`, 'utf16le')],
  ['utf-16 LE without a mark', Buffer.from(whole, 'utf16le')],
  ['utf-16 BE', Buffer.from(`\ufeff${whole}`, 'utf16le').swap16()],
  ['utf-16 BE without a mark', Buffer.from(whole, 'utf16le').swap16()],
  ['latin-1', Buffer.from(whole, 'latin1')],
])('%s is read right, and by the wrong encoding it is told or read otherwise', async (_, bytes) => {
  const { grants, faults } = await load([bytesFile('g.csv', bytes)])
  expect([grants.length, faults]).toEqual([3, []])
  expect(grants[2]).toMatch(/^ü3,/)
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'shift_jis', 'gb18030']) {
    const wrong = await load([bytesFile('g.csv', bytes)], { encoding })
    const said = wrong.faults.length + wrong.others.length + wrong.unmapped.length + wrong.grants.length
    expect(said).toBeGreaterThan(0)
    expect(wrong.grants.length).toBeLessThanOrEqual(3)
  }
})

/** A file without an end, which counts the bytes that are read. */
function endless(name: string, begin: string, piece: string): InputFile & { readonly read: { bytes: number } } {
  const read = { bytes: 0 }
  const chunk = Buffer.from(piece.repeat(Math.ceil(2 ** 18 / piece.length)))
  return {
    name,
    read,
    async *open() {
      yield Buffer.from(begin)
      for (let bytes = 0; bytes < 10 * 2 ** 30; bytes += chunk.length) {
        read.bytes += chunk.length
        yield chunk
      }
    },
  }
}

test.each([
  ['g.csv', 'identity_id,entitlement_id\nu1,', 'x'],
  ['g.tsv', 'identity_id\tentitlement_id\nu1\t"', 'x '],
  ['g.json', '{"users": [{"userName": "', 'x'],
  ['g.ndjson', '{"userName": "a"}\n{"userName": "', 'x'],
  ['g.yaml', 'users:\n  - {name: am, email: "', 'x'],
  ['g.xml', '<objects><user oid="1"><name>', 'x'],
  ['g.ldif', 'dn: uid=am,dc=x\nobjectClass: person\nuid: ', 'x'],
  ['g.toml', 'name = "', 'x'],
  ['pairs.txt', '1 10\n2 ', '1'],
  ['policy.csv', 'p, clerk, order, read\ng, am, ', 'x'],
  ['agr.txt', `${'-'.repeat(30)}\n|AGR_NAME|UNAME|\n|`, 'x'],
])(
  '10 GB in one line of %s end in a fault or a look, and few of them are read more than once',
  async (name, begin, piece) => {
    const file = endless(name, begin, piece)
    const before = process.memoryUsage().rss
    // The encoding is named, since detecting it reads every byte of a text.
    const { faults, others, unmapped, grants } = await load([file], { encoding: 'utf-8' })
    expect(faults.length + others.length + unmapped.length).toBeGreaterThan(0)
    expect(grants.length).toBeLessThan(2)
    expect(file.read.bytes).toBeLessThan(512 * 2 ** 20)
    expect(process.memoryUsage().rss - before).toBeLessThan(1024 * 2 ** 20)
  },
  patience,
)

const zeros = Buffer.alloc(8 * 2 ** 20)

test.each([
  [
    'a workbook whose sheet unpacks without end',
    {
      'xl/worksheets/sheet1.xml': Buffer.concat([
        Buffer.from('<worksheet><sheetData>'),
        Buffer.alloc(8 * 2 ** 20, '<row><c><v>1</v></c></row>'),
      ]),
    },
  ],
  [
    'a workbook of one cell without end',
    {
      'xl/worksheets/sheet1.xml': Buffer.concat([
        Buffer.from('<worksheet><sheetData><row><c t="str"><v>'),
        Buffer.alloc(8 * 2 ** 20, 'x'),
      ]),
    },
  ],
  [
    'a workbook of shared texts without end',
    { 'xl/sharedStrings.xml': Buffer.concat([Buffer.from('<sst><si><t>'), Buffer.alloc(8 * 2 ** 20, 'x')]) },
  ],
])('%s ends at the limit', async (_, files) => {
  const bytes = zipBytes({
    'xl/workbook.xml': '<workbook><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': '<worksheet><sheetData></sheetData></worksheet>',
    ...files,
  })
  const limits = { unpackedBytes: 2 ** 20 }
  const { faults } = await load([bytesFile('book.xlsx', bytes)], { limits })
  expect(faults).toEqual([expect.stringMatching(/1048576/)])
})

test.each([
  ['gzip', gzipSync(Buffer.concat([Buffer.from('\u001f'), zeros]))],
  ['zstd', zstdCompressSync(zeros)],
  [
    'a connector file',
    Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(Buffer.concat([Buffer.from('SQLite format 3\0'), zeros]))]),
  ],
])('%s that unpacks to more than the limit is refused or told', async (_, bytes) => {
  const { faults, others } = await load([bytesFile('x', bytes)], { limits: { unpackedBytes: 2 ** 20 } })
  expect([...faults, ...others]).toHaveLength(1)
})
