import { expect, test } from 'vitest'
import { generateOrganisation, toCsv } from './index.ts'

const organisation = generateOrganisation({ seed: 2, identityCount: 5000 })
const files = new Map(toCsv(organisation).map((file) => [file.fileName, parse([...file.chunks].join(''))]))

test('the files are those that an import takes, each with its required columns', () => {
  const headers = Object.fromEntries([...files].map(([name, rows]) => [name, rows[0]!.join(' ')]))
  expect(headers).toEqual({
    'identities.csv':
      'id display_name email username department job_title manager_id employment_type employment_status status type location cost_center project',
    'applications.csv': 'id display_name description',
    'entitlements.csv': 'id application_id display_name description resource_type resource risk_level privileged',
    'grants.csv': 'identity_id entitlement_id granted_at last_used_at',
    'usage.csv': 'identity_id application_id day',
  })
})

test('every row survives a parser, cells with commas and quotes included', () => {
  for (const rows of files.values()) {
    expect(rows.every((row) => row.length === rows[0]!.length)).toBe(true)
  }
  const rows = files.get('identities.csv')!.slice(1)
  expect(rows.map((row) => row[4])).toEqual(organisation.identities.map((identity) => identity.department))
  expect(rows.some((row) => row[4]!.includes(','))).toBe(true)
  expect(files.get('grants.csv')).toHaveLength(organisation.grants.count + 1)
})

test('no chunk grows beyond the size of a few rows over 64 KiB', () => {
  for (const { chunks } of toCsv(organisation)) {
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(66_000)
  }
})

/** A slow, obvious RFC 4180 parser. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]]
  let rest = text
  while (rest !== '') {
    const cell = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/u.exec(rest)
    if (cell === null) throw new Error(`not CSV: ${rest.slice(0, 80)}`)
    rows.at(-1)!.push(cell[1] === undefined ? cell[2]! : cell[1].replaceAll('""', '"'))
    rest = rest.slice(cell[0].length)
    if (cell[3] === '\r\n' && rest !== '') rows.push([])
  }
  return rows
}
