import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateOrganisation } from '@assay/sample-org'
import { unusedPorts } from '@assay/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sharedFile } from '../shared-data.ts'
import { AssayCommand, allGone, type StartedAssay } from './assay-command.ts'
import { runHere } from './joined-command.ts'
import { rest } from './platform.ts'
import { filesOf } from './sample.ts'

let folder: string
let assay: AssayCommand
let baseUrl: string
let started: StartedAssay
/** The whole output of a platform. */
const announcement = () =>
  new RegExp(
    `^Assay is ready at ${baseUrl}\\nOpen the console: ${baseUrl}/sign-in#[\\w-]{43}\\n  The link works once.*\\nMetrics: http://127\\.0\\.0\\.1:\\d+/metrics \\(mining\\), .* \\(gateway\\)\\n$`,
  )

/** The standard error of a platform without warnings, because on a busy machine its database or a service may answer late. */
const faultsIn = (stderr: string) =>
  stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{"level":40,'))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-command-line-'))
  // Postgres does not run as root, so its account needs access to the folder.
  await chmod(folder, 0o755)
  const [port] = await unusedPorts(1)
  baseUrl = `http://127.0.0.1:${port}`
  const environment = { ASSAY_DATA_DIRECTORY: join(folder, 'data'), ASSAY_PORT: String(port) }
  // A separate process, as users run it, for the platform and for a command of each kind; the other commands run in this process.
  assay = new AssayCommand(environment)
  vi.stubEnv('DATABASE_URL', undefined)
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  assay?.killAll()
  if (started) await allGone(started.processes)
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

async function filesIn(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content)
  return path
}

const credentialsFile = () => join(folder, 'data/credentials.json')
const credentials = async () => JSON.parse(await readFile(credentialsFile(), 'utf8'))

test('before the first start a command says how to get credentials', async () => {
  const { status, stdout, stderr } = await assay.run('token')
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(
    /^There are no local credentials in .*credentials\.json: start the platform once with "npm start", or set ASSAY_URL, .*\n$/,
  )
})

test('an unknown command or option is named, with status 1', async () => {
  expect(await assay.run('improt')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/unknown command 'improt'/),
  })
  const noRole = await assay.run('clients', 'create', '--role', 'king')
  expect(noRole).toMatchObject({ status: 1, stderr: expect.stringMatching(/'king' is invalid.*auditor/) })
})

test('migrate makes the schema, and a second run changes nothing', async () => {
  const first = await assay.run('migrate')
  expect(first).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Applied 0001_tenants\.sql, .*\.\n$/) })
  expect(await runHere('migrate')).toMatchObject({ status: 0, stdout: 'The schema is up to date.\n' })
})

test('start makes credentials for each dialect that only their owner can read, and token uses them', async () => {
  started = await assay.start()
  expect((await stat(credentialsFile())).mode & 0o777).toBe(0o600)
  const client = { clientId: expect.any(String), clientSecret: expect.any(String) }
  expect(await credentials()).toEqual({ baseUrl, tenant: 'local', c1: client, sailpoint: client })
  // C1's Go client reads the platform's address from its client id, and uses port 443 if the id has no port.
  expect((await credentials()).c1.clientId).toContain(`@${new URL(baseUrl).host}/spc`)
  const { status, stdout } = await assay.run('token')
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)])
  expect((await rest(baseUrl, stdout.trim(), 'GET /api/v1/role-mining/runs')).status).toBe(200)
})

test('a second start on the same data folder changes nothing, and names the process that uses it', async () => {
  const before = await credentials()
  const second = await assay.run('start')
  expect(second).toMatchObject({ status: 1, stdout: '' })
  expect(second.stderr).toMatch(
    new RegExp(
      `^Process ${started.pid} runs a platform on the data folder ${join(folder, 'data')} since .* stop it, or set`,
    ),
  )
  expect(await credentials()).toEqual(before)
  expect((await fetch(`${baseUrl}/readyz`)).status).toBe(200)
})

test('clients create makes a client with a role, and its secret gives only the rights of that role', async () => {
  // As a process, because the ledger takes the name of the command from the arguments of its process.
  const { status, stdout } = await assay.run('clients', 'create', '--role', 'auditor', '--name', 'Audit')
  expect(status).toBe(0)
  const { clientId, clientSecret } = JSON.parse(stdout)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  })
  const answer = await fetch(new URL('/auth/v1/token', baseUrl), { method: 'POST', body: form })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  expect((await rest(baseUrl, token, 'GET /api/v1/role-mining/runs')).status).toBe(200)
  expect((await rest(baseUrl, token, 'POST /api/v1/role-mining/trigger', {})).status).toBe(403)
  // A command with these credentials acts as this client, and not as the local administrator.
  const auditor = new AssayCommand({ ASSAY_CLIENT_ID: clientId, ASSAY_CLIENT_SECRET: clientSecret })
  expect(await auditor.run('mine')).toMatchObject({ status: 1, stderr: expect.stringMatching(/auditor/) })
})

test('a strict import with invalid rows prints each with its place, ends with status 1, and leaves no import open', async () => {
  const path = await filesIn('bad', {
    'identities.csv': 'id,status\nada,asleep\nbob,enabled\n',
    'grants.csv': 'identity_id,entitlement_id\nbob,read\neve,read\n',
  })
  const failed = await assay.run('import', path, '--strict')
  expect(failed.status).toBe(1)
  expect(failed.stderr.split('\n').slice(1)).toEqual([
    '  identities.csv:2 5: status: "asleep" is none of enabled, disabled, deleted',
    '  grants.csv:3 1: there is no identity "eve"',
    '',
  ])
  expect(failed.stderr).toMatch(/^The import "\d+" failed with 2 bad rows; what was imported before stays in force\.\n/)
  const skipped = await runHere('import', path, '--strict', '--skip-invalid')
  expect(skipped).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Imported 1 identity, .* and 1 grant\.\n {2}skipped identities\.csv:2 5: /m),
  })
})

test('an import with an invalid value ends with status 2 and loads nothing; grants without a person are reported', async () => {
  const path = join(folder, 'bad')
  const refused = await runHere('import', path)
  expect(refused).toMatchObject({
    status: 2,
    stdout: expect.stringContaining('  grants.csv: a table separated by commas, read by the map native (grants)\n'),
    stderr: expect.stringMatching(
      /^The data have a fault; nothing was loaded\. .*\n {2}identities\.csv:2 status: "asleep" is unknown; known are enabled/,
    ),
  })
  const loaded = await runHere('import', path, '--skip-invalid')
  expect(loaded.stdout).toMatch(
    /^Imported 1 identity, 1 entitlement of 1 application and 1 grant\.\n {2}skipped identities\.csv:2 status: "asleep"/m,
  )
  expect(loaded.stdout).toContain('  1 orphan left out with 1 row, no person has the id: eve\n')
})

test('a missing path is reported, and a folder without access data ends with status 3', async () => {
  expect(await runHere('import', join(folder, 'nothing'))).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/nothing/),
  })
  const empty = await filesIn('empty', { 'README.txt': 'Export of 1 May.\n' })
  expect(await runHere('import', empty)).toMatchObject({
    status: 3,
    stderr: 'There is no file with access data.\n  README.txt: a text without a table\n',
  })
  expect(await runHere('import', '--strict', await filesIn('bare', {}))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('holds no .csv or .txt file\n'),
  })
})

test('two files of pairs in a folder are loaded together; a strict import refuses them with both names', async () => {
  const two = await filesIn('two-pair-files', { 'crm.txt': '1 10\n1 11\n2 10\n', 'erp.txt': '3 20\n4 20\n' })
  // Bob and his grant are in force.
  expect(await runHere('import', two)).toMatchObject({
    status: 4,
    stderr:
      'The import would remove 1 of 1 people (100 %) and 1 of 1 grants (100 %) in force. Nothing was loaded. If that is meant, give the same command with --confirm.\n',
  })
  expect(JSON.parse((await runHere('import', two, '--json')).stdout)).toMatchObject({
    outcome: 'awaiting confirmation',
    removal: { peopleBefore: '1', peopleRemoved: '1', grantsBefore: '1', grantsRemoved: '1' },
  })
  expect(await runHere('import', two, '--confirm')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Imported 4 identities, 3 entitlements of 1 application and 5 grants.\n'),
  })
  expect(await runHere('import', two, '--strict')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/"erp\.txt" and "crm\.txt" are both taken for pairs\.txt.* Join them into one file/),
  })
})

test('a text file beside the files of an import is left out and reported; a strict import refuses it', async () => {
  const readme = await filesIn('readme', {
    'identities.csv': 'id\nu1\n',
    'grants.csv': 'identity_id,entitlement_id\nu1,vpn\n',
    'README.txt': 'Export of 1 May.\n',
    'README.md': 'Export of 1 May.\n',
  })
  expect(await runHere('import', readme, '--strict')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('  README.md: left out, since it is not a .csv or .txt file\n'),
    stderr: expect.stringMatching(/"README\.txt" is not recognised: .* An import takes identities\.csv/),
  })
  expect(await runHere('import', readme, '--confirm')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('  README.txt: left out, it is a text without a table\n'),
  })
})

test('--explain describes a file without loading it, as lines and as JSON', async () => {
  const path = await filesIn('explained', { 'access.csv': 'user;role\nana;seller\nbo;seller\nbo;boss\n' })
  const lines = await runHere('import', join(path, 'access.csv'), '--explain')
  expect(lines).toMatchObject({ status: 0, stderr: '' })
  expect(lines.stdout).toMatch(/^ {2}2 people \(2 enabled, 0 disabled\), .* 2 entitlements, 3 grants, /m)
  expect(lines.stdout).toMatch(/^ {4}bo holds default boss$/m)
  const json = await runHere('import', join(path, 'access.csv'), '--explain', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    outcome: 'explained',
    sources: [{ map: 'pairs', files: [{ name: 'access.csv', inputs: ['roles'] }] }],
    mapped: { people: 2, entitlements: 2, grants: 3 },
    faults: [],
  })
})

test('readiness is shown after an import and on request, compared with the import before', async () => {
  const people = 'id,display_name,department,status\nana,Ana,Sales,enabled\nbo,Bo,sales,enabled\ncy,Cy,N/A,disabled\n'
  const before = await filesIn('ready-before', {
    'identities.csv': people,
    'grants.csv': 'identity_id,entitlement_id\nana,crm\nbo,crm\ncy,crm\n',
  })
  const after = await filesIn('ready-after', {
    'identities.csv': people,
    'grants.csv': 'identity_id,entitlement_id\nana,crm\nana,erp\n',
  })
  await runHere('import', before, '--confirm')
  const imported = await runHere('import', after, '--confirm')
  expect(imported).toMatchObject({ status: 0, stderr: '' })
  expect(imported.stdout).toMatch(/^Readiness of import \d+, compared with import \d+:$/m)
  expect(imported.stdout).toMatch(/^ {2}0 -> 1 person without access: bo \(Bo\)$/m)
  const { status, stdout } = await runHere('readiness')
  expect(status).toBe(0)
  expect(stdout).toMatch(
    /^Readiness of import \d+, compared with import \d+:\n {2}[\d >-]+ % of 2 grants are common access/,
  )
  expect(stdout).toMatch(/^ {2}department: 100 % filled, 1 value$/m)
  expect(stdout).toMatch(/^ {2}1 -> 0 disabled or deleted people with access$/m)
  expect(stdout).toMatch(
    /^ {2}1 value that differs from another by case or blanks alone: department "Sales" and "sales"\n {4}Write/m,
  )
  const json = JSON.parse((await runHere('readiness', '--json')).stdout)
  expect(json).toMatchObject({ state: 'STATE_MEASURED', enabledPeople: '2' })
  expect(json.findings).toContainEqual(
    expect.objectContaining({
      kind: 'FINDING_KIND_PEOPLE_WITHOUT_ACCESS',
      count: '1',
      previousCount: '0',
      examples: ['bo (Bo)'],
    }),
  )
  const explained = JSON.parse((await runHere('import', after, '--explain', '--json')).stdout)
  for (const { kind, count, examples } of explained.readiness.findings) {
    const told = { kind: `FINDING_KIND_${kind.toUpperCase()}`, count: String(count), examples }
    expect(json.findings).toContainEqual(expect.objectContaining(told))
  }
})

test('a table that no map fits gets a first map, and loads with this map', async () => {
  const path = join(
    await filesIn('unknown', { 'hr.csv': 'Pers-No,Full Name,Cost Center,Perm\n7,Ana,Sales,seller\n' }),
    'hr.csv',
  )
  const map = join(folder, 'hr-map.yaml')
  const refused = await runHere('import', path, '--write-map', map)
  expect(refused).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/^hr\.csv is not recognised: .* no map takes it\.\n/),
  })
  expect(refused.stderr).toContain('Its columns are Pers-No, Full Name, Cost Center, Perm\n')
  const completed = `${await readFile(map, 'utf8')}grants:\n  - {from: rows, application: {text: hr}, holder: Pers-No, entitlement: Perm}\n`
  await writeFile(map, completed)
  expect(await runHere('import', path, '--map', map, '--confirm')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Imported 1 identity, 1 entitlement of 1 application and 1 grant.\n'),
  })
  await writeFile(map, completed.replace('}, holder:', '}, holders:'))
  expect(await runHere('import', path, '--map', map)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^hr-map\.yaml:\d+: grants\[0\]\.holders: is unknown here; known are from, where/),
  })
})

test('a folder is imported, mined and its suggestions are printed', async () => {
  const path = await filesIn('organisation', filesOf(generateOrganisation({ seed: 5, identityCount: 200 })))
  expect(await runHere('import', path, '--confirm')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Imported 200 identities, /m),
  })
  expect(await runHere('mine')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Analysed \d+ people in \d+ cohorts: \d+ suggestions\.\n$/),
  })
  const { status, stdout } = await runHere('suggestions', '--limit', '2')
  expect(status).toBe(0)
  expect(stdout.match(/\(new, confidence 0\.\d\d\)/g)).toHaveLength(2)
  expect(stdout.match(/ {2}id [0-9a-f-]{36}$/gm)).toHaveLength(2)
})

test('the ledger shows who did what, verifies with a stored head, and detects a head of another chain', async () => {
  const lines = async (...words: string[]) => (await runHere('ledger', ...words)).stdout.trim().split('\n')
  const listed = (await lines('list', '--kind', 'import.in_force', '--json')).map((line) => JSON.parse(line))
  expect(listed[0]).toMatchObject({ kind: 'import.in_force', actor: { type: 'job' }, reason: 'unspecified' })
  const [client] = (await lines('list', '--kind', 'client.create', '--limit', '1', '--json')).map((line) =>
    JSON.parse(line),
  )
  expect(client.actor).toMatchObject({ type: 'command', id: 'assay clients create' })
  const shown = JSON.parse((await runHere('ledger', 'show', client.id)).stdout)
  expect(shown).toMatchObject({ id: client.id, subject: { type: 'client' }, before: null })
  const head = join(folder, 'head.json')
  await vi.waitFor(
    async () => {
      const { status, stdout } = await runHere('ledger', 'head')
      expect(status).toBe(0)
      await writeFile(head, stdout)
    },
    { timeout: 300_000 },
  )
  const whole = await runHere('ledger', 'verify', '--head', head)
  expect([whole.status, whole.stderr]).toEqual([0, ''])
  expect(whole.stdout).toMatch(
    /^\d+ entries, \d+ signed heads?; the newest entry is \d+\.\n.*The ledger is whole\.\n$/s,
  )
  // Long output is written to the standard output piece by piece.
  const { stdout } = await assay.run('ledger', 'export')
  const exported = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(exported.at(-1).head.position).toBeGreaterThan(0)
  expect(exported[0]).toMatchObject({ position: 1, entry: { format: 1 } })
  const kept = JSON.parse(await readFile(head, 'utf8'))
  await writeFile(head, JSON.stringify({ ...kept, position: '999999' }))
  const cut = await runHere('ledger', 'verify', '--head', head)
  expect(cut.status).toBe(1)
  expect(cut.stdout).toMatch(/cut off at 999999: the chain ends at \d+/)
  expect(cut.stdout).toMatch(/signature at 999999: /)
  await writeFile(head, '{"position": "x"}')
  expect((await runHere('ledger', 'verify', '--head', head)).stderr).toMatch(
    /is not a head of a ledger as "assay ledger head" prints it/,
  )
})

test('after SIGTERM no process is left, and a command says how to start again', async () => {
  const { status, stdout, stderr } = await started.stop('SIGTERM')
  expect([status, stdout, faultsIn(stderr)]).toEqual([0, expect.stringMatching(announcement()), []])
  expect(started.processes.length).toBeGreaterThanOrEqual(5)
  await allGone(started.processes)
  expect(await runHere('mine')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `Nothing answers at ${baseUrl}: start the platform with "npm start"\n`,
  })
})

test('the next start has the same credentials and data', async () => {
  const before = await credentials()
  started = await assay.start()
  expect(await credentials()).toEqual(before)
  expect((await runHere('suggestions', '--limit', '1')).stdout).toMatch(/\(new, confidence /)
  expect(await assay.run('suggestions', '--limit', 'x')).toMatchObject({ status: 1, stdout: '' })
})

test('a file of pairs is imported and mined', async (context) => {
  const pairs = sharedFile(context, 'hp-labs/americas_small.txt')
  const imported = await runHere('import', pairs, '--confirm')
  expect(imported).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /^Imported 3477 identities, 1587 entitlements of 1 application and 105205 grants\.$/m,
    ),
  })
  expect(await runHere('mine')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /^Analysed 3477 people in 0 cohorts: 0 suggestions\.\n {2}No attribute describes groups of people: /,
    ),
  })
  expect(await runHere('mine', '--model')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /: 178 roles give 105205 of 105205 grants, 0 added\.\n.*\n {2}There is no model with fewer roles\.\n$/,
    ),
  })
  expect(await runHere('suggestions')).toMatchObject({ status: 0, stderr: '' })
})

test('SIGINT ends the platform as cleanly', async () => {
  const { status, stdout, stderr } = await started.stop('SIGINT')
  expect([status, stdout, faultsIn(stderr)]).toEqual([0, expect.stringMatching(announcement()), []])
  await allGone(started.processes)
})

test('a killed supervisor leaves no process running, and the demo starts on its data and ends with status 0', async () => {
  started = await assay.start()
  await started.stop('SIGKILL')
  await allGone(started.processes)
  const { status, stdout, stderr } = await assay.run('demo', '--exit')
  expect([status, faultsIn(stderr)]).toEqual([0, []])
  expect(stdout).toMatch(/^Assay is ready at http.*\n/)
  expect(stdout).toMatch(/^Imported \d+ grants in \d+ applications/m)
  expect(stdout).toMatch(
    /^Accepted ".+": access profile [0-9a-f-]{36}\n {2}its members are chosen by {2}("\w+" in )?subject\./m,
  )
  expect(stdout).toContain(
    `curl -s -H "Authorization: Bearer $TOKEN" "${baseUrl}/api/v1/role-mining/suggestions?page_size=1"`,
  )
})
