import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPorts } from '@assay/server'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AssayCommand, allGone, type StartedAssay } from './assay-command.ts'

// Starts the whole platform, PostgreSQL included.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let folder: string
let assay: AssayCommand
let started: StartedAssay

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-policies-command-'))
  // Postgres does not run as root: its own account has to get in.
  await chmod(folder, 0o755)
  const [port] = await unusedPorts(1)
  assay = new AssayCommand({ ASSAY_DATA_DIRECTORY: join(folder, 'data'), ASSAY_PORT: String(port) })
  started = await assay.start()
})
afterAll(async () => {
  assay?.killAll()
  if (started) await allGone(started.processes)
  await rm(folder, { recursive: true, force: true })
})

const numbers = Array.from({ length: 24 }, (_, i) => i)
const files = {
  'identities.csv': [
    'id,display_name,department,status,type',
    ...numbers.map((n) => `p${n},Person ${n},${n < 12 ? 'Buying' : 'Selling'},enabled,human`),
  ],
  'applications.csv': ['id,display_name', 'erp,ERP'],
  'entitlements.csv': [
    'application_id,id,display_name',
    ...['order', 'approve', 'read', 'sell', 'bill'].map((e) => `erp,${e},${e}`),
  ],
  'grants.csv': [
    'identity_id,entitlement_id',
    ...numbers.flatMap((n) => (n < 12 ? ['order', 'approve', 'read'] : ['sell', 'bill']).map((e) => `p${n},${e}`)),
  ],
}
const apart = {
  displayName: 'Four eyes',
  separationOfDuties: {
    severity: 'SEVERITY_HIGH',
    first: [{ applicationId: 'erp', entitlementId: 'order' }],
    second: [{ applicationId: 'erp', entitlementId: 'approve' }],
  },
}

test('policies are made of a file, listed, held by suggestions, broken by people of today, and deleted', async () => {
  expect((await assay.run('policies')).stdout).toBe('There is no policy.\n')
  const data = join(folder, 'files')
  await mkdir(data)
  for (const [name, lines] of Object.entries(files)) await writeFile(join(data, name), `${lines.join('\n')}\n`)
  expect(await assay.run('import', data)).toMatchObject({ status: 0 })
  const file = join(folder, 'policies.json')
  await writeFile(file, JSON.stringify([apart, { displayName: 'Not tiny', sizeAndNaming: { fewestEntitlements: 2 } }]))
  expect(await assay.run('policies', 'create', file)).toEqual({
    status: 0,
    stdout: 'created policy "Four eyes"\ncreated policy "Not tiny"\n',
    stderr: '',
  })
  expect((await assay.run('policies', 'list')).stdout).toBe(
    'Four eyes: separation of duties (high), 2 entitlements\nNot tiny: at least 2 entitlements\n',
  )
  expect((await assay.run('policies', 'create', file)).stderr).toMatch(/a policy named "Four eyes" exists already/)
  const listed = await assay.run('policies', 'list', '--json')
  expect(JSON.parse(listed.stdout.split('\n')[0])).toMatchObject(apart)

  const breaches = await assay.run('policies', 'breaches', '--policy', 'four eyes')
  expect(breaches.stdout).toContain('Four eyes (high): p0 Person 0 holds erp order, and erp approve\n')
  expect(breaches.stdout).toMatch(/12 breaches\n$/)
  const csv = (await assay.run('policies', 'breaches', '--person', 'p3', '--csv')).stdout.trim().split('\n')
  expect(csv).toEqual([
    'policy_id,policy,severity,identity_id,identity,first,second,last_used_day',
    expect.stringMatching(/,Four eyes,high,p3,Person 3,erp order,erp approve,$/),
  ])
  expect((await assay.run('policies', 'breaches', '--person', 'p20')).stdout).toBe(
    'Nothing in the present data breaks a policy.\n',
  )

  expect(await assay.run('mine')).toMatchObject({ status: 0 })
  const { stdout } = await assay.run('suggestions')
  expect(/\bapprove\b/i.test(stdout) && /\border\b/i.test(stdout)).toBe(false)
  expect((await assay.run('policies', 'effects')).stdout).toBe('Four eyes left 1 entitlement out of suggestions\n')

  expect(await assay.run('policies', 'delete', 'FOUR eyes')).toMatchObject({
    status: 0,
    stdout: 'deleted policy "Four eyes"\n',
  })
  expect(await assay.run('policies', 'delete', 'Four eyes')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('There is no policy "Four eyes"'),
  })
})
