import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SourceRecords } from './compose/read-records.ts'
import { Faults } from './faults.ts'
import { readyMaps } from './map/ready-maps.ts'
import { recogniseFiles } from './recognise/recognise-files.ts'
import { bytesFile, load, shortGrant } from './testing-load.ts'

// Today is 2025-06-01.

test.each([
  ['Termination Date', '2024-12-31', '2025-06-01'],
  ['DateofTermination', '5/31/2025', '6/30/2026'],
  ['End Date', '31-DEC-2024', '01-JAN-2030'],
  ['Last Day', '2025/5/31', '9999-12-31'],
  ['Austrittsdatum', '31.5.2025', 'unbefristet'],
  ['Date de sortie', '31/05/2025', ''],
  ['Leave Date', '2025-05-31 00:00:00', '1900-01-01'],
])('who has no status is disabled after the last day, under %s', async (header, past, other) => {
  const text = `Employee ID,Name,Department,Job Title,${header}\n1,Ana,IT,Dev,\n2,Bo,IT,Dev,${past}\n3,Cy,IT,Dev,${other}\n`
  const { people, faults, warnings, files } = await load([bytesFile('staff.csv', text)])
  expect([people, faults]).toEqual([{ enabled: ['1', '3'], disabled: ['2'] }, []])
  expect(warnings.filter((warning) => warning.includes('disabled,'))).toEqual([
    '1 person or account is disabled, such as "2": the last day in the row has passed, and the row has no status',
  ])
  expect(files['identities.csv']).toContain(past)
})

test('a status in the row says more than a last day', async () => {
  const text =
    'Employee ID,Name,Department,Job Title,Status,End Date\n1,Ana,IT,Dev,Active,2024-12-31\n2,Bo,IT,Dev,,2024-12-31\n'
  const { people, warnings } = await load([bytesFile('staff.csv', text)])
  expect(people).toEqual({ enabled: ['1'], disabled: ['2'] })
  expect(warnings).toHaveLength(1)
})

test('who will leave within a year is enabled until a load after the last day, and is reported', async () => {
  const text =
    'Employee ID,Name,Department,Job Title,End Date\n1,Ana,IT,Dev,2025-07-31\n2,Bo,IT,Dev,2025-06-30\n3,Cy,IT,Dev,2030-01-01\n'
  const { people, warnings } = await load([bytesFile('staff.csv', text)])
  expect(people).toEqual({ enabled: ['1', '2', '3'] })
  expect(warnings).toEqual([
    '2 people or accounts have a last day within a year, the first "2" on 2025-06-30, and stay enabled until a load after their last day',
  ])
})

test('a last day that is no date disables nobody, and is reported', async () => {
  const text = 'Employee ID,Name,Department,Job Title,Exit Date\n1,Ana,IT,Dev,soon\n2,Bo,IT,Dev,later\n'
  const { people, faults, warnings } = await load([bytesFile('staff.csv', text)])
  expect([people, faults]).toEqual([{ enabled: ['1', '2'] }, []])
  expect(warnings).toEqual([
    expect.stringMatching(
      /^2 people or accounts have a last day that is not a date and disables nobody: "soon" is no date/,
    ),
  ])
})

test('an account whose person has left is disabled, and the end of access says nothing of it', async () => {
  const text =
    'Username,Email,Role,Termination Date,End Date\nana,a@x.test,VPN,,2024-12-31\nbo,b@x.test,VPN,2024-12-31,\n'
  const { people, grants } = await load([bytesFile('access.csv', text)])
  expect(people).toEqual({ enabled: ['ana'], disabled: ['bo'] })
  expect(grants.map(shortGrant)).toEqual(['ana VPN', 'bo VPN'])
})

test('records of a load say who has left, by its day', async () => {
  const text = 'Employee ID,Name,Department,Job Title,End Date\n1,Ana,IT,Dev,2025-06-01\n2,Bo,IT,Dev,2025-05-31\n'
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'assay-sources-test-'))
  try {
    const { sources } = await recogniseFiles([bytesFile('staff.csv', text)], readyMaps(), { temporaryFolder })
    const [source] = sources
    if (source === undefined) throw new Error('no map takes the table')
    const found: unknown[] = []
    for (const now of ['2025-06-01T00:00:00Z', '2025-06-02T00:00:00Z']) {
      const records = new SourceRecords(source, { faults: new Faults(), now: new Date(now) })
      await records.read()
      found.push([records.people.map(({ fields }) => fields.status), records.warnings.length])
    }
    expect(found).toEqual([
      [['enabled', 'disabled'], 2],
      [['disabled', 'disabled'], 1],
    ])
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true })
  }
})
