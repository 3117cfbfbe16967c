import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectToPlatform } from '../../apps/assay/src/api-client.ts'
import { loadSources } from '../../apps/assay/src/commands/load-sources.ts'
import { type JoinedCommand, joinByCommand } from './joined-command.ts'

let joined: JoinedCommand
let folder: string
let assay: JoinedCommand['assay']

beforeAll(async () => {
  joined = await joinByCommand()
  ;({ assay, folder } = joined)
})
afterAll(() => joined?.stop())

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}

const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
/** A file of people with these numbers and mail addresses in a domain. */
const people = (name: string, numbers: readonly number[], domain = 'example.org') =>
  file(name, [
    'id,display_name,email,department,status',
    ...numbers.map((n) => `p${n},Person ${n},p${n}@${domain},Sales,active`),
  ])
/** An account of each of them, and an orphan. */
const accounts = (name: string, numbers: readonly number[]) =>
  file(name, [
    'SamAccountName,Name,Mail,Enabled,Department,MemberOf',
    ...numbers.map((n) => `a${n},A${n},p${n}@example.org,True,Sales,"CN=vpn,OU=g"`),
    'ghost,G,,True,Sales,"CN=vpn,OU=g"',
  ])

const newestState = async (sourceId: string) => {
  const { transport } = await connectToPlatform(joined.settings)
  const { loads } = await createClient(SourceService, transport).listLoads({ sourceId, pageSize: 1 })
  return loads[0]?.state
}

test('a source is loaded beside others, its accounts are correlated with people, and the rest are orphans', async () => {
  expect(await assay.run('import', '--source', 'hr', await people('hr.csv', ten))).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Loaded hr: 10 people, 0 accounts, 0 described entitlements and 0 grants.\n'),
  })
  expect(await assay.run('import', '--source', 'ad', '--accounts-only', await accounts('ad.csv', ten))).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Loaded ad: 11 accounts, 1 described entitlement and 11 grants.\n'),
  })
  expect((await assay.run('orphans')).stdout).toMatch(/^ad: ad ghost belongs to nobody \(.*\)\n$/)
  expect((await assay.run('sources')).stdout).toMatch(
    /^1\. hr, .*, 10 people, 0 grants\n2\. ad, .*, accounts only, load \d+ of .*, 11 accounts \(10 linked\), 11 grants, 1 orphan\n$/,
  )
  expect((await assay.run('correlate', '--source', 'ad')).stdout).toBe(
    'ad: 11 accounts\n  10 accounts by mail address\n  1 account of nobody\nNothing would change: this is in force.\n',
  )
})

test('a delimiter can be set, as for an import', async () => {
  const path = await file('bars.csv', [
    'id|display_name|email|department|status',
    'b1|Bea|bea@example.org|Sales|active',
  ])
  expect(await assay.run('import', '--source', 'bars', '--delimiter', 'bar', path)).toMatchObject({ status: 0 })
  expect(await assay.run('sources', '--delete', 'bars', '--confirm', 'bars')).toMatchObject({ stderr: '', status: 0 })
})

test('several sources are loaded only after confirmation, and then come into force together', async () => {
  const fewer = [4, 5, 6, 7, 8, 9, 10]
  const both = ['--source', `hr=${await people('hr.csv', fewer)}`, '--source', `ad=${await accounts('ad.csv', fewer)}`]
  expect(await assay.run('import', ...both)).toMatchObject({
    status: 4,
    stderr:
      'The load of hr would remove 3 of 10 people, 0 of 0 grants, 0 of 0 links of accounts, so it was aborted; pass --confirm if you intend that.\n',
  })
  expect(JSON.parse((await assay.run('import', ...both, '--json')).stdout)).toMatchObject({
    outcome: 'awaiting confirmation',
  })
  expect((await assay.run('sources')).stdout).toMatch(/, 10 people, .*\n.*, 11 accounts \(10 linked\), .*\n$/)
  expect(await assay.run('import', ...both, '--confirm')).toMatchObject({ stderr: '', status: 0 })
  expect((await assay.run('sources')).stdout).toMatch(/, 7 people, .*\n.*, 8 accounts \(7 linked\), .*\n$/)
})

test('access says of a person whom no source has any more that she is gone, and of others what they have', async () => {
  expect(await assay.run('access', 'p1')).toMatchObject({
    status: 0,
    stdout: 'p1 is no longer in the access data, and has nothing.\n',
  })
  expect((await assay.run('access', 'p4')).stdout).toMatch(/^ad .*assigned by ad; account a4\)\n$/)
})

test('an import of people alone names the way to load them', async () => {
  expect(await assay.run('import', await people('hr.csv', ten))).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^The files have no grants, so nothing was loaded\. .* --source NAME\.\n/),
  })
})

test('a removal that only several sources together make waits as a whole, and is confirmed as a whole', async () => {
  const left = [4, 5, 6, 7, 8, 9, 10]
  // No record is removed, but every account loses its person.
  const moved = ['--source', `hr=${await people('hr.csv', left, 'example.com')}`]
  const both = [...moved, '--source', `ad=${await accounts('ad.csv', left)}`]
  expect(await assay.run('import', ...both)).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('would remove 0 of 7 people, 7 of 7 grants, 7 of 7 links of accounts,'),
  })
  expect(await assay.run('import', ...both, '--confirm')).toMatchObject({ stderr: '', status: 0 })
  expect((await assay.run('sources')).stdout).toContain('8 accounts (0 linked)')
  expect(await assay.run('import', '--source', 'hr', await people('hr.csv', left))).toMatchObject({ status: 0 })
})

test('an interrupted load is aborted, and the next load begins', async () => {
  const interruption = new AbortController()
  const reason = new Error('Ctrl-C')
  const pieces = async function* () {
    yield Buffer.from('id,display_name,email,department,status\n')
    interruption.abort(reason)
    yield Buffer.from('p1,Person 1,p1@example.org,Sales,active\n')
  }
  const slow = { name: 'hr.csv', path: '', isNamed: true, sizeBytes: 0, read: { bytes: 0 }, open: pieces }
  const api = await connectToPlatform(joined.settings)
  const loading = loadSources(api, [{ source: 'hr', files: [slow] }], {}, interruption.signal)
  await expect(loading).rejects.toThrow()
  expect(await newestState('hr')).toBe(State.ABORTED)
})

test('a waiting or open load is shown, and is confirmed or aborted by the name of its source', async () => {
  const api = createClient(SourceService, (await connectToPlatform(joined.settings)).transport)
  const { id } = await api.createLoad({ sourceId: 'hr' })
  expect((await assay.run('sources')).stdout).toContain(
    `   load ${id} is open for files: assay sources --abort hr gives it up\n`,
  )
  expect(await assay.run('sources', '--confirm', 'hr')).toMatchObject({
    status: 1,
    stderr: 'No load of "hr" waits for a confirmation; assay sources shows those that do\n',
  })
  const csv = 'id,display_name,email,department,status\np1,Person 1,p1@example.org,Sales,active\n'
  await api.uploadLoadFile(
    (async function* () {
      yield { loadId: id, fileName: 'hr.csv', content: { data: Buffer.from(csv) } }
    })(),
  )
  await api.commitLoad({ loadId: id })
  await vi.waitFor(async () => expect(await newestState('hr')).toBe(State.AWAITING_CONFIRMATION), { timeout: 300_000 })
  expect((await assay.run('sources')).stdout).toMatch(
    /load \d+ waits, since it would remove 7 of 7 people, .*: assay sources --confirm hr brings it into force, --abort hr gives it up\n/,
  )
  expect(await assay.run('sources', '--confirm', 'hr')).toMatchObject({ stderr: '', status: 0 })
  await vi.waitFor(async () => expect(await newestState('hr')).toBe(State.COMMITTED), { timeout: 300_000 })
  expect(await assay.run('sources', '--abort', 'hr')).toMatchObject({
    status: 1,
    stderr: 'Every load of "hr" has ended; assay sources shows those that have not\n',
  })
})

test('a command with an unknown source or wrong options is refused with the remedy and leaves nothing behind', async () => {
  const path = await people('hr.csv', ten)
  const refused = async (words: readonly string[], stderr: string | RegExp) =>
    expect(await assay.run(...words)).toMatchObject({ status: 1, stderr: expect.stringMatching(stderr) })
  await refused(['import', '--only', path], '^--only is about a source; name it with --source NAME\n$')
  await refused(
    ['import', '--accounts-only', path],
    '^--accounts-only is about a source; name it with --source NAME\n$',
  )
  await refused(
    ['import', '--source', 'new', '--write-map', 'x', path],
    '^--write-map is for files that the command reads',
  )
  await refused(
    ['import', '--source', 'new', '--delimiter', 'dash', path],
    '^--delimiter "dash" is no single character',
  )
  await refused(['correlate', '--source', 'nope'], '^source "nope" does not exist\n$')
  await refused(['import', '--source', 'new', '--map', 'nope', path], '^There is no map "nope"')
  await refused(
    ['pull', 'new'],
    '^source "new" does not exist; give the address of its server: assay pull new https://',
  )
  await refused(
    ['pull', 'new', 'ftp://idp.example.com'],
    '^"ftp://idp.example.com" is not an address of a SCIM server; give',
  )
  await refused(
    ['pull', 'new', 'https://idp.example.com/scim', '--every', '3'],
    '^interval_minutes: is 3; give 15 minutes',
  )
  expect((await assay.run('sources')).stdout).not.toContain('new')
})
