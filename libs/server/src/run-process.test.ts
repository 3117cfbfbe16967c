import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stoppedByParent } from './run-process.ts'

const script = `
  import { createLogger } from '${join(import.meta.dirname, 'logger.ts')}'
  import { runProcess } from '${join(import.meta.dirname, 'run-process.ts')}'
  const kept = setInterval(() => {}, 1000)
  await runProcess(createLogger('part', 'silent'), {}, async () => ({ stop: async () => clearInterval(kept) }))
`

test.runIf(process.platform !== 'win32')(
  'a process whose parent stops it leaves to the parent what a terminal sends to all',
  async () => {
    const start = (...args: string[]) =>
      spawn(process.execPath, ['--input-type=module-typescript', '--eval', script, '--', ...args], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
    const [alone, part] = [start(), start(stoppedByParent)]
    await Promise.all([once(alone, 'message'), once(part, 'message')])
    const [aloneEnds, partEnds] = [once(alone, 'exit'), once(part, 'exit')]
    part.kill('SIGHUP')
    part.kill('SIGINT')
    alone.kill('SIGINT')
    expect(await aloneEnds).toEqual([0, null])
    expect(part.exitCode).toBeNull()
    part.kill('SIGTERM')
    expect(await partEnds).toEqual([0, null])
  },
)

test('a process that is killed leaves what it has compiled to the next start', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'assay-compiled-'))
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  await once(child, 'message')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect((await readdir(cache, { recursive: true })).length).toBeGreaterThan(5)
  await rm(cache, { recursive: true })
})
