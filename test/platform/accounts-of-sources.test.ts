import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JoinedCommand, joinByCommand } from './joined-command.ts'

let joined: JoinedCommand
let folder: string
let assay: JoinedCommand['assay']

beforeAll(async () => {
  joined = await joinByCommand()
  ;({ assay, folder } = joined)
  const people = ['id,display_name,email,department', '0001,Ana Ruiz,ana@example.org,', '0002,Ben Ode,ben@example.org,']
  const logins = [
    'SamAccountName,Name,Mail,Enabled,MemberOf',
    'aruiz,Ana Ruiz,ana@example.org,True,"CN=vpn,OU=g"',
    'ghost,No One,,True,"CN=vpn,OU=g"',
  ]
  await writeFile(join(folder, 'people.csv'), people.join('\n'))
  await writeFile(join(folder, 'ad.csv'), logins.join('\n'))
})
afterAll(() => joined?.stop())

test('the output distinguishes the sources of one command, and a repeated load reports no changes', async () => {
  const words = ['import', '--source', `hr=${join(folder, 'people.csv')}`, '--accounts', `ad=${join(folder, 'ad.csv')}`]
  const first = await assay.run(...words)
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toContain('Loaded hr: 2 people')
  expect(first.stdout).not.toContain('Nothing changed')
  const again = await assay.run(...words)
  expect(again).toMatchObject({ status: 0, stderr: '' })
  expect(again.stdout).toContain(
    'Nothing changed: hr has the data that are already in force. Give --analyse to analyse it again.',
  )
  expect(again.stdout).toContain('In force of hr: 2 people')
  expect(again.stdout).not.toContain('Loaded')
  const { loads } = JSON.parse((await assay.run(...words, '--analyse', '--json')).stdout)
  expect(loads).toMatchObject([{ changedNothing: true }, { changedNothing: true }])
  const { stdout } = await assay.run('sources', '--json')
  expect(JSON.parse(stdout)).toMatchObject([
    { id: 'hr', accountsOnly: false },
    { id: 'ad', accountsOnly: true, linkedAccounts: 1 },
  ])
})

test('access names the account, and correlate shows its counts and reports no changes', async () => {
  expect(await assay.run('access', '0001')).toMatchObject({
    stdout: expect.stringMatching(/^ad CN=vpn,OU=g.*\(assigned by ad; account aruiz\)\n$/),
  })
  expect(await assay.run('correlate')).toMatchObject({
    status: 0,
    stdout: [
      'ad: 2 accounts',
      '  1 account by mail address',
      '  1 account of nobody',
      'Nothing would change: this is in force.',
      '',
    ].join('\n'),
  })
  const { inForce, previewed, changed } = JSON.parse((await assay.run('correlate', '--source', 'ad', '--json')).stdout)
  expect([inForce, changed]).toEqual([previewed, 0])
})
