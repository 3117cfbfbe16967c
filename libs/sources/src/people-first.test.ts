import { expect, test } from 'vitest'
import { bytesFile, load, shortGrant } from './testing-load.ts'
import { workbookBytes } from './testing-workbook.ts'
import { zipBytes } from './testing-zip.ts'

const staff =
  'Employee ID,Name,Email,Department,Job Title\n1001,Ana Abt,ana@x.test,IT,Dev\n1002,Bo Abt,bo@x.test,IT,Dev\n'
const logins =
  'SamAccountName,Name,EmailAddress,Department,MemberOf\nana,Ana Abt,ana@x.test,IT,"CN=crm,DC=x"\nbabt,Bo Abt,bo@x.test,IT,"CN=crm,DC=x"\n'

function inFolder(files: Readonly<Record<string, string>>, folder = '/exports') {
  return Object.entries(files).map(([name, text]) => ({ ...bytesFile(name, text), folder }))
}

async function peopleOf(files: Parameters<typeof load>[0]) {
  const { people, grants, faults, sources } = await load(files)
  expect(faults).toEqual([])
  return { people: people.enabled, grants: grants.map((line) => shortGrant(line).slice(0, 11)), sources }
}

test('the table of people decides who is a person, whatever the names of the files in a folder', async () => {
  for (const files of [
    { 'ad.csv': logins, 'hr.csv': staff },
    { 'a-hr.csv': staff, 'b-ad.csv': logins },
  ]) {
    const { people, grants } = await peopleOf(inFolder(files))
    expect([people, grants.map((line) => line.slice(0, 4))]).toEqual([
      ['1001', '1002'],
      ['1001', '1002'],
    ])
  }
})

test('files that the user named count in the order of the names', async () => {
  const { people } = await peopleOf([bytesFile('ad.csv', logins), bytesFile('hr.csv', staff)])
  expect(people).toEqual(['ana', 'babt'])
  const folders = [...inFolder({ 'ad.csv': logins }, '/directory'), ...inFolder({ 'hr.csv': staff }, '/hr')]
  expect((await peopleOf(folders)).people).toEqual(['ana', 'babt'])
})

test('files of an archive, and sheets of a workbook, are not named one by one', async () => {
  const archive = zipBytes({ 'ad.csv': logins, 'hr.csv': staff })
  expect((await peopleOf([bytesFile('exports.zip', archive)])).people).toEqual(['1001', '1002'])
  const rows = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')))
  const book = workbookBytes({ AD: rows(logins.replaceAll(',DC=x', '')), HR: rows(staff) })
  expect((await peopleOf([bytesFile('exports.xlsx', book)])).people).toEqual(['1001', '1002'])
})
