import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { encryptionKeyHex } from '@assay/auth/testing'
import { unusedPorts } from '@assay/server'
import { createTestDatabase } from '@assay/store/testing'
import { afterEach, expect, test } from 'vitest'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'

const apps = join(import.meta.dirname, '../../apps')
const entries = ['gateway/src/main.ts', 'mining/src/main.ts', 'mining/src/worker.ts', 'iai-sessions/src/main.ts']
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function startProcess(entry: string, databaseUrl: string) {
  const [port] = await unusedPorts(1)
  const child = spawn(process.execPath, [join(apps, entry)], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ASSAY_PORT: String(port),
      ASSAY_INTERNAL_SECRET: '0'.repeat(64),
      ASSAY_MINING_URL: 'http://127.0.0.1:1',
      ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
      ASSAY_IAI_SESSIONS_URL: 'http://127.0.0.1:1',
      ASSAY_LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  children.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const ready = once(child, 'message').then(([message]) => message as { ready: string })
  return { child, ready, said: () => said }
}

test.each(entries)(
  '%s waits for the migration in words, without a stack, and then starts',
  async (entry) => {
    const db = await createTestDatabase({ migrated: false })
    try {
      const { child, ready, said } = await startProcess(entry, db.url)
      await expect.poll(said, { timeout: 30_000 }).toMatch(/waiting: The database .* run `npm run assay -- migrate`/)
      expect(said()).not.toMatch(/ {4}at /)
      await prepareDatabase(db.ownerUrl)
      await ready
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      expect(await ended).toEqual([0, null])
    } finally {
      await db.drop()
    }
  },
  90_000,
)

test.each(entries)(
  '%s ends in words, without a stack, when the schema is newer',
  async (entry) => {
    const db = await createTestDatabase()
    try {
      await db.owner.sql`insert into schema_migrations (number, name, checksum) values (9000, '9000_later.sql', '')`
      const { child, said } = await startProcess(entry, db.url)
      expect(await once(child, 'exit')).toEqual([1, null])
      expect(said()).toMatch(/newer than this version of Assay \(it has 9000_later\.sql\)/)
      expect(said()).not.toMatch(/ {4}at /)
    } finally {
      await db.drop()
    }
  },
  60_000,
)

test('a process that waits for its database ends on SIGTERM', async () => {
  const { child, said } = await startProcess('gateway/src/main.ts', 'postgres://x@127.0.0.1:1/x')
  await expect.poll(said, { timeout: 30_000 }).toMatch(/waiting: The database does not answer/)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}, 60_000)
