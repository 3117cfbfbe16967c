import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createApiClient } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type FurnishedPlatform, startFurnishedPlatform } from '../platform/furnished.ts'
import { joinTestPlatform, rest } from '../platform/platform.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')
const examples = join(root, 'docs', 'examples')

let platform: FurnishedPlatform
let environment: NodeJS.ProcessEnv
beforeAll(async () => {
  platform = await startFurnishedPlatform(joinTestPlatform)
  const { clientId, clientSecret } = await createApiClient(platform.db.owner.sql, {
    tenantId: await platform.tenantId(),
    dialect: conductorone.clients,
    role: 'role-miner',
    displayName: 'examples',
    host: '127.0.0.1',
  })
  environment = {
    ...process.env,
    ASSAY_URL: platform.baseUrl,
    ASSAY_CLIENT_ID: clientId,
    ASSAY_CLIENT_SECRET: clientSecret,
  }
})
afterAll(() => platform?.stop())

/** The expected lines, from the list of the API. */
async function expectedLines(): Promise<string[]> {
  const { json } = await rest(
    platform.baseUrl,
    platform.admin,
    'GET /candidates/v1/inbox?states=INBOX_STATE_OPEN&page_size=3',
  )
  return (json.candidates as Record<string, string | number>[]).map(
    ({ displayName, peopleCount, entitlementCount, gainCount, id }) =>
      `${displayName}: ${peopleCount} people, ${entitlementCount} entitlements, ${gainCount} gains (${id})`,
  )
}

/** Lists, accepts the first, and lists again: it is gone from the list and has an access profile. */
async function listsAndAccepts(program: string, args: readonly string[], cwd: string): Promise<void> {
  const printed = async (...more: string[]) => {
    const { stdout } = await run(program, [...args, ...more], { cwd, env: environment, timeout: 300_000 })
    return stdout.trim().split('\n')
  }
  const expected = await expectedLines()
  expect(expected).toHaveLength(3)
  expect(await printed()).toEqual(expected)
  const id = /\((.+)\)$/.exec(expected[0] ?? '')?.[1] ?? ''
  const [profile] = await printed('accept', id)
  const { json } = await rest(platform.baseUrl, platform.admin, `GET /candidates/v1/inbox/${id}`)
  expect([json.state, json.accessProfileId]).toEqual(['INBOX_STATE_ACCEPTED', profile])
  expect(await printed()).toEqual(await expectedLines())
}

const isInstalled = async (program: string, argument: string) => {
  const found = await run(program, [argument]).catch(() => undefined)
  if (found === undefined) console.info(`the example was not run: there is no ${program} here`)
  return found !== undefined
}

test('the example in Python prints the best candidates and accepts one', async ({ skip }) => {
  if (!(await isInstalled('python3', '--version'))) skip()
  await listsAndAccepts('python3', ['best_candidates.py'], join(examples, 'python'))
})

test('the example in Go prints the best candidates and accepts one', async ({ skip }) => {
  if (!(await isInstalled('go', 'version'))) skip()
  const program = join(await mkdtemp(join(tmpdir(), 'examples-')), 'best-candidates')
  await run('go', ['build', '-o', program, '.'], { cwd: join(examples, 'go'), timeout: 300_000 })
  await listsAndAccepts(program, [], examples)
})

test('the example in TypeScript builds with the client that buf generates, prints the best candidates and accepts one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'examples-'))
  const template = parse(await readFile(join(root, 'buf.gen.clients.yaml'), 'utf8')) as {
    clean?: boolean
    plugins: { local?: string; out: string }[]
  }
  const [typescript] = template.plugins.filter(({ local }) => local !== undefined)
  if (typescript === undefined) throw new Error('no plugin is installed for TypeScript')
  const own = { ...template, clean: false, plugins: [{ ...typescript, out: join(folder, typescript.out) }] }
  const tool = (name: string) => join(root, 'node_modules', '.bin', name)
  await run(tool('buf'), ['generate', '--template', JSON.stringify(own)], { cwd: root, timeout: 300_000 })
  await cp(join(examples, 'typescript'), folder, { recursive: true })
  // As in the README of the example: `npm pkg set type=module`.
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await mkdir(join(folder, 'node_modules'))
  for (const name of ['@bufbuild', '@connectrpc', '@types', 'undici-types'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  const strict = ['--strict', '--noEmit', '--target', 'esnext', '--module', 'nodenext', '--types', 'node']
  const options = [...strict, '--erasableSyntaxOnly', '--skipLibCheck']
  const checked = run(tool('tsc'), [...options, 'best-candidates.ts'], { cwd: folder, timeout: 300_000 })
  const { stdout } = await checked.catch((error: { stdout: string }) => error)
  expect(stdout).toBe('')
  await listsAndAccepts(tool('node'), ['best-candidates.ts'], folder)
})
