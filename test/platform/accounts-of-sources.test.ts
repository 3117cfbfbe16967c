import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPorts } from '@assay/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AssayCommand, allGone, type StartedAssay } from './assay-command.ts'

// Starts the whole platform, PostgreSQL included.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string
let assay: AssayCommand
let started: StartedAssay

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-accounts-of-sources-'))
  // Postgres does not run as root: its own account has to get in.
  await chmod(folder, 0o755)
  const [port] = await unusedPorts(1)
  assay = new AssayCommand({
    ASSAY_DATA_DIRECTORY: join(folder, 'data'),
    ASSAY_PORT: String(port),
  })
  started = await assay.start()
  const people = ['id,display_name,email,department', '0001,Ana Ruiz,ana@example.org,', '0002,Ben Ode,ben@example.org,']
  const logins = [
    'SamAccountName,Name,Mail,Enabled,MemberOf',
    'aruiz,Ana Ruiz,ana@example.org,True,"CN=vpn,OU=g"',
    'ghost,No One,,True,"CN=vpn,OU=g"',
  ]
  await writeFile(join(folder, 'people.csv'), people.join('\n'))
  await writeFile(join(folder, 'ad.csv'), logins.join('\n'))
})
afterAll(async () => {
  assay?.killAll()
  if (started) await allGone(started.processes)
  await rm(folder, { recursive: true, force: true })
})

test('sources of one command are told apart, and the same again says that nothing changed', async () => {
  const words = ['import', '--source', `hr=${join(folder, 'people.csv')}`, '--accounts', `ad=${join(folder, 'ad.csv')}`]
  const first = await assay.run(...words)
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first.stdout).toContain('Loaded hr: 2 people')
  expect(first.stdout).not.toContain('Nothing changed')
  const again = await assay.run(...words)
  expect(again).toMatchObject({ status: 0, stderr: '' })
  expect(again.stdout).toContain(
    'Nothing changed: hr says what is in force already. Give --analyse to analyse it again.',
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

test('access names the account, and correlate counts and says that nothing would change', async () => {
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
