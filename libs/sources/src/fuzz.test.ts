import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
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
  'rmp.txt': Buffer.from('# RMPlib\nu0\tp1\tp2\nu1\tp2\n'),
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

/** How many grants at most the whole file gives: damage may take rows away, and never makes more than a flip can. */
const cases = Object.entries(samples)

test.each(cases)('%s, cut off anywhere, is read or told, and never hangs or crashes', async (name, bytes) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (length) => {
      const { faults, others, unmapped, sources } = await load([bytesFile(name, bytes.subarray(0, length))])
      expect(faults.length + others.length + unmapped.length + Object.keys(sources).length).toBeGreaterThan(0)
    }),
    { seed: 1, numRuns: 15 },
  )
})

test.each(cases)('%s with bytes flipped is read or told, and never hangs or crashes', async (name, bytes) => {
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
    { seed: 2, numRuns: 15 },
  )
})

const packed = ['grants.csv.gz', 'data.zip', 'book.xlsx']

test.each(packed)('%s that is cut off gives a fault rather than a part of its rows', async (name) => {
  const bytes = samples[name] ?? new Uint8Array(0)
  for (const length of [30, bytes.length >> 1, bytes.length - 8]) {
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
