import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { explain } from './front-door.ts'

let root: string
let folder: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-explain-'))
  vi.stubEnv('ASSAY_TEMP_DIRECTORY', join(root, 'unpacked'))
  folder = join(root, 'exports')
  for (const name of ['exports', 'unpacked']) await mkdir(join(root, name))
  await writeFile(
    join(folder, 'ad.csv'),
    'SamAccountName,Name,EmailAddress,MemberOf\nana,Ana,ana@x.test,"CN=crm,DC=x"\n',
  )
  await writeFile(
    join(folder, 'hr.csv'),
    'Employee ID,Name,Email,Department,Job Title\n1001,Ana,ana@x.test,IT,Dev\n1002,Ben,ben@x.test,IT,Dev\n',
  )
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true })
})

async function explained(...paths: string[]): Promise<string> {
  const lines: string[] = []
  await explain(paths, {}, (line) => lines.push(line))
  return lines.join('\n')
}

test('--explain says which file of a folder decides who is a person, and what each map loses', async () => {
  const text = await explained(folder)
  expect(text).toContain(
    '  hr.csv decides who is a person and her id; ad.csv completes these people, and a row about another person adds her',
  )
  expect(text).toMatch(/\n {4}1001 {2}display_name=Ana .*username=ana/)
  expect(text).toContain('    loses passwords, as in every map')
})

test('files that are named one by one count in the order of the command', async () => {
  const text = await explained(join(folder, 'ad.csv'), join(folder, 'hr.csv'))
  expect(text).toContain('  ad.csv decides who is a person and her id; hr.csv completes these people')
  expect(text).toMatch(/\n {4}ana {2}display_name=Ana /)
  expect(await explained(join(folder, 'ad.csv'))).not.toContain('decides who is a person')
})

test('a directory without groups completes the people of a table with numbers, whichever is read first', async () => {
  const own = join(root, 'directory')
  await mkdir(own)
  await writeFile(
    join(own, 'ad.csv'),
    'SamAccountName,GivenName,Surname,EmailAddress,Department\nana,Ana,Abt,ana@x.test,IT\nguest,Guest,Abt,guest@x.test,IT\n',
  )
  await writeFile(join(own, 'hr.csv'), await readFile(join(folder, 'hr.csv')))
  await writeFile(join(own, 'zz.csv'), 'user,role\nana,crm\n')
  const text = await explained(own)
  expect(text).toContain('3 people (3 enabled')
  expect(text).toMatch(/\n {4}1001 {2}display_name=Ana {2}.*username=ana/)
  expect(text).toContain('\n    1001 holds default crm')
  const named = await explained(join(own, 'ad.csv'), join(own, 'hr.csv'))
  expect(named).toContain('3 people (3 enabled')
  expect(named).toMatch(/\n {4}ana {2}display_name=Ana Abt /)
})

test('a list of mail addresses completes the people of a table with numbers', async () => {
  const own = join(root, 'contacts')
  await mkdir(own)
  await writeFile(join(own, 'a.csv'), 'Name,Email,Department,Floor\nAna,ana@x.test,IT,3\n')
  await writeFile(join(own, 'hr.csv'), await readFile(join(folder, 'hr.csv')))
  const text = await explained(own)
  expect(text).toContain('2 people (2 enabled')
  expect(text).toContain('  hr.csv decides who is a person and her id; a.csv completes these people')
  expect(text).toMatch(/\n {4}1001 {2}display_name=Ana /)
})
