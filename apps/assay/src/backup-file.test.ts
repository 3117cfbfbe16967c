import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBackupFile, writeBackupFile } from './backup-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-backup-'))
})
afterAll(() => rm(folder, { recursive: true }))

const content = Buffer.concat([Buffer.alloc(300_000, 'assay '), randomBytes(200_000)])
const write = (path: string, recipients: readonly string[] = []) =>
  writeBackupFile(path, recipients, async (put) => {
    for (let at = 0; at < content.length; at += 70_000) await put(content.subarray(at, at + 70_000))
  })
async function read(path: string, identityFile?: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of await readBackupFile(path, identityFile)) pieces.push(piece)
  return Buffer.concat(pieces)
}
async function identity(name: string): Promise<{ readonly file: string; readonly recipient: string }> {
  const secret = await generateX25519Identity()
  const file = join(folder, name)
  await writeFile(file, `# made for a test\n${secret}\n`)
  return { file, recipient: await identityToRecipient(secret) }
}

test('a file is compressed, its owner alone reads it, and it is never written over', async () => {
  const path = join(folder, 'plain')
  await write(path)
  expect(await read(path)).toEqual(content)
  expect((await stat(path)).size).toBeLessThan(content.length / 2)
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  await expect(write(path)).rejects.toThrow(`${path} exists already`)
  expect(await read(path)).toEqual(content)
})

test('an encrypted file is opened by the identity of any recipient, and by no other', async () => {
  const [ours, theirs, other] = [await identity('ours'), await identity('theirs'), await identity('other')]
  const path = join(folder, 'sealed')
  await write(path, [ours.recipient, theirs.recipient])
  expect((await readFile(path)).subarray(0, 21).toString()).toBe('age-encryption.org/v1')
  expect(await read(path, theirs.file)).toEqual(content)
  await expect(read(path)).rejects.toThrow('name the file with the identity that opens it by --identity')
  await expect(read(path, other.file)).rejects.toThrow(`No identity of ${other.file} opens this backup`)
})

test('a file that was damaged or cut off is told to who reads it, encrypted or not', async () => {
  const ours = await identity('damaged-identity')
  for (const recipients of [[], [ours.recipient]]) {
    const path = join(folder, `damaged-${recipients.length}`)
    await write(path, recipients)
    const bytes = await readFile(path)
    await writeFile(`${path}-cut`, bytes.subarray(0, bytes.length - 70_000))
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 50_000) ^ 1, bytes.length - 50_000)
    await writeFile(`${path}-bit`, bytes)
    for (const kind of ['cut', 'bit']) {
      const pieces = await readBackupFile(`${path}-${kind}`, ours.file)
      // Between opening a backup and reading it, a restore migrates the database.
      await setTimeout(100)
      await expect(Array.fromAsync(pieces), kind).rejects.toThrow('The backup is cut off or damaged')
    }
  }
})

test('two backups of one name do not take the file from each other', async () => {
  const path = join(folder, 'twice')
  let second: unknown
  await writeBackupFile(path, [], async (put) => {
    await put(content)
    second = await write(path).catch((error: unknown) => error)
  })
  expect((second as Error).message).toContain(`${path}.part exists already`)
  expect(await read(path)).toEqual(content)
})

test('what goes wrong on the way leaves no file', async () => {
  await expect(write(join(folder, 'misled'), ['age1nobody'])).rejects.toThrow('"age1nobody" is not a recipient of age')
  const broken = writeBackupFile(join(folder, 'broken'), [], async (put) => {
    await put(content)
    throw new Error('the database is gone')
  })
  await expect(broken).rejects.toThrow('the database is gone')
  expect((await readdir(folder)).filter((name) => /misled|broken/.test(name))).toEqual([])
})
