import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withTemporaryFolder } from './temporary-folder.ts'

async function inFolder(use: (parent: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'assay-test-'))
  try {
    await use(parent)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}

test('folders of commands that were killed are removed, those of living ones and other files stay', () =>
  inFolder(async (parent) => {
    const alive = `assay-import-${process.pid}-other`
    for (const name of ['assay-import-999999999-dead', alive, 'else']) {
      await mkdir(join(parent, name))
      await writeFile(join(parent, name, 'spooled'), 'x')
    }
    await withTemporaryFolder(parent, async (folder) => {
      expect((await readdir(parent)).sort()).toEqual([folder.slice(parent.length + 1), alive, 'else'].sort())
    })
    expect((await readdir(parent)).sort()).toEqual([alive, 'else'])
  }))

/** A process that holds a folder, reports it, and waits until it is interrupted; a stubborn one ignores the first signal. */
async function interrupted(
  parent: string,
  isGraceful: boolean,
  isStubborn = false,
): Promise<{ status: number | null; output: string }> {
  const module = JSON.stringify(join(import.meta.dirname, 'temporary-folder.ts'))
  const ending = isStubborn ? 'console.log("told")' : 'reject(signal.reason)'
  const wait = `new Promise((_, reject) => { setInterval(() => {}, 1000); signal?.addEventListener("abort", () => ${ending}) })`
  const script = `
    import { withTemporaryFolder } from ${module}
    await withTemporaryFolder(${JSON.stringify(parent)}, (folder, gracefully) => {
      const work = (signal) => { console.log('ready'); return ${wait} }
      return ${isGraceful ? 'gracefully(work)' : 'work()'}
    }).catch((error) => { console.log(error.message); process.exit(error.status) })
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text) => {
    if (!output.includes('ready') && String(text).includes('ready')) child.kill('SIGINT')
    output += text
    if (String(text).includes('told')) child.kill('SIGINT')
  })
  child.stderr.on('data', (text) => {
    output += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, output }
}

test.each([false, true])(
  'Ctrl-C removes the folder and exits with 130 (what is at work is told first: %s)',
  (isGraceful) =>
    inFolder(async (parent) => {
      const { status, output } = await interrupted(parent, isGraceful)
      expect([status, await readdir(parent)]).toEqual([130, []])
      expect(output).toContain('Interrupted; nothing was loaded.')
    }),
)

test('a second Ctrl-C does not say that nothing was loaded, since what was sent was not given up', () =>
  inFolder(async (parent) => {
    const { status, output } = await interrupted(parent, true, true)
    expect([status, await readdir(parent)]).toEqual([130, []])
    expect(output).toContain('Interrupted; the sent data may still be loaded')
  }))
