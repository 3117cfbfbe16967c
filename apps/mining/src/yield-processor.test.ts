import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect, test, vi } from 'vitest'

const isLinux = process.platform === 'linux'
const module = new URL('./yield-processor.ts', import.meta.url).href
const program = `
  const { yieldProcessor } = await import(${JSON.stringify(module)})
  yieldProcessor(7)
  setInterval(() => {}, 1000)
  process.send('yielded')`

/** A process that has yielded, while it waits. */
async function withYielded(detached: boolean, look: (pid: number) => void | Promise<void>): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    detached,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    await once(child, 'message')
    await look(child.pid ?? 0)
  } finally {
    child.kill('SIGKILL')
  }
}

const groupOf = (pid: number | 'self') => readFileSync(`/proc/${pid}/autogroup`, 'utf8')

test('a process yields in all its threads', async () => {
  await withYielded(true, (pid) =>
    // Threads that come and go may be gone when they are asked.
    vi.waitFor(() => {
      const threads = isLinux ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid]
      if (isLinux) expect(threads.length).toBeGreaterThan(1)
      expect(new Set(threads.map((thread) => getPriority(thread)))).toEqual(new Set([7]))
    }),
  )
})

test.skipIf(!existsSync('/proc/self/autogroup'))('the group of a session yields only by its leader', async () => {
  // Unless the system refuses: without its administrator's rights one change of a group follows another too soon.
  await withYielded(true, (pid) =>
    expect(groupOf(pid)).toMatch(process.getuid?.() === 0 ? / nice 7$/m : / nice [07]$/m),
  )
  const before = groupOf('self')
  await withYielded(false, (pid) => expect(groupOf(pid)).toBe(before))
})
