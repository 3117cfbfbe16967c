import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeDataFolder } from './data-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-folder-'))
})
afterEach(() => rm(folder, { recursive: true }))

const file = (number = 1) => join(folder, `platform.${number}.lock`)

test('a folder that is held is refused with its holder, and taken once it is given back', async () => {
  const giveBack = await takeDataFolder(folder)
  const before = await readFile(file(), 'utf8')
  const held = `Process ${process.pid} runs a platform on the data folder ${folder} since `
  await expect(takeDataFolder(folder)).rejects.toThrow(held)
  expect(await readFile(file(), 'utf8')).toBe(before)
  await giveBack()
  expect(await readFile(file(), 'utf8')).toBe('')
  await (await takeDataFolder(folder))()
})

test.each([
  ['that ended', async () => JSON.stringify({ pid: await endedProcess(), startTime: '', since: '' })],
  [
    'of an earlier boot, whose number another has now',
    async () => JSON.stringify({ pid: process.ppid, startTime: 'b/1', since: '' }),
  ],
  ['that wrote half of its file', async () => '{"pid":'],
])('a holder %s holds nothing', async (_, text) => {
  if (process.platform !== 'linux' && (await text()).includes('b/1')) return
  await writeFile(file(), await text())
  const giveBack = await takeDataFolder(folder)
  expect(JSON.parse(await readFile(file(2), 'utf8'))).toMatchObject({ pid: process.pid })
  await giveBack()
})

test('of many that take a folder at once, past a stale holder, one has it', async () => {
  await writeFile(file(), JSON.stringify({ pid: await endedProcess(), startTime: '', since: '' }))
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => takeDataFolder(folder)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['platform.2.lock'])
})

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'exit')
  return child.pid ?? 0
}
