import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unusedPorts } from '@assay/server'
import { createTestDatabase } from '@assay/store/testing'
import { expect, test } from 'vitest'
import { allGone } from './assay-command.ts'
import { runningProcesses } from './processes.ts'

const root = join(import.meta.dirname, '../..')

test.skipIf(process.platform === 'win32')(
  'a signal to "npm start" ends the platform, and npm waits for that',
  async () => {
    const db = await createTestDatabase()
    const folder = await mkdtemp(join(tmpdir(), 'assay-npm-'))
    const [port] = await unusedPorts(1)
    const npm = spawn('npm', ['start'], {
      cwd: root,
      env: { ...process.env, DATABASE_URL: db.ownerUrl, ASSAY_DATA_DIRECTORY: folder, ASSAY_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let said = ''
      npm.stdout.on('data', (chunk) => (said += chunk))
      await expect.poll(() => said, { timeout: 60_000 }).toContain('Assay is ready at')
      const all = await runningProcesses()
      const started = all.filter(({ parent }) => parent === npm.pid)
      for (const one of started) started.push(...all.filter(({ parent }) => parent === one.pid))
      expect(started.length).toBeGreaterThanOrEqual(5)
      const ended = once(npm, 'exit')
      npm.kill('SIGTERM')
      await ended
      const left = new Set((await runningProcesses()).map(({ pid }) => pid))
      expect(started.filter(({ pid }) => left.has(pid))).toEqual([])
      await allGone(started)
    } finally {
      npm.kill('SIGTERM')
      await db.drop()
      await rm(folder, { recursive: true, force: true })
    }
  },
  120_000,
)
