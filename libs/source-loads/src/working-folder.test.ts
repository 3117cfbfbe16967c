import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeLeftFolders, withWorkingFolder } from './working-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'assay-working-folder-'))
afterAll(() => rm(parent, { recursive: true, force: true }))

/** A process that makes a folder, reports it, and waits. */
const holder = `
  const { withWorkingFolder } = await import(${JSON.stringify(new URL('./working-folder.ts', import.meta.url).href)})
  await withWorkingFolder(${JSON.stringify(parent)}, async (folder) => {
    console.log(folder)
    await new Promise(() => setInterval(() => {}, 1000))
  })`

async function startHolder() {
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  return { child, folder: String(line).trim() }
}

test('a folder is removed at the end of its work, also when that fails', async () => {
  const used = await withWorkingFolder(parent, async (folder) => {
    await writeFile(join(folder, 'grants.csv'), 'x')
    return folder
  })
  await expect(stat(used)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(
    withWorkingFolder(parent, async () => {
      throw new Error('full')
    }),
  ).rejects.toThrow('full')
  expect(await readdir(parent)).toEqual([])
})

test('what a killed process left is removed, and what a living one uses stays', async () => {
  const { child: killed, folder: left } = await startHolder()
  const { child: living, folder: used } = await startHolder()
  try {
    await withWorkingFolder(parent, async (own) => {
      expect(await removeLeftFolders(parent)).toBe(0)
      killed.kill('SIGKILL')
      await once(killed, 'exit')
      expect(await removeLeftFolders(parent)).toBe(1)
      const there = await readdir(parent)
      expect(there.map((name) => join(parent, name)).sort()).toEqual([own, used].sort())
    })
    await expect(stat(left)).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    living.kill('SIGKILL')
    await once(living, 'exit')
  }
})

test('a folder of a process before that had the same number is left over; other names are not ours', async () => {
  const own = await withWorkingFolder(parent, async (folder) => folder)
  const before = own.replace(/-(\d+)-[^-]+$/, '-1-abcdef')
  await rm(parent, { recursive: true })
  for (const folder of [before, join(parent, 'assay-work-elsewhere-1-1-abcdef'), join(parent, 'photos')]) {
    await mkdir(folder, { recursive: true })
  }
  expect(await removeLeftFolders(parent)).toBe(1)
  expect((await readdir(parent)).sort()).toEqual(['assay-work-elsewhere-1-1-abcdef', 'photos'])
  expect(await removeLeftFolders(join(parent, 'no such folder'))).toBe(0)
})
