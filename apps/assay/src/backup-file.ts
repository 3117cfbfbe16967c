import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { link, open, readFile, rm } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'

/** The fastest level, since the database limits the speed of a backup. The checksum detects damage by a disk. */
const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 } }
const ageMark = Buffer.from('age-encryption.org/v1\n')

/** The file name that stands for standard input or output. */
export const standardStream = '-'

/**
 * Writes the output of `produce` into a new file that only its owner can read, compressed by Zstandard and encrypted by age for each of the
 * recipients. The file appears when it is complete and on disk.
 * @throws Error naming the file when it exists already or cannot be created
 */
export async function writeBackupFile(
  path: string,
  recipients: readonly string[],
  produce: (write: (bytes: Uint8Array) => Promise<void>) => Promise<unknown>,
): Promise<void> {
  if (path === standardStream) return await writeStream(process.stdout, recipients, produce)
  const draft = `${path}.part`
  // A stream that opens its file by itself can do so after the removal below.
  const file = await open(draft, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause
    const message = `${draft} exists already: another backup is writing it, or a backup was interrupted. Delete it, or name another file`
    throw new Error(message, { cause })
  })
  try {
    await writeStream(file.createWriteStream({ flush: true }), recipients, produce)
    // A link fails when the path exists; a rename would replace the file.
    await link(draft, path).catch((cause: NodeJS.ErrnoException) => {
      throw cause.code === 'EEXIST' ? new Error(`${path} exists already; name another file`, { cause }) : cause
    })
  } finally {
    await rm(draft, { force: true })
  }
}

/** Writes the output of `produce` into a stream, which is closed at the end, also after an error. Standard output stays open. */
async function writeStream(
  out: Writable,
  recipients: readonly string[],
  produce: (write: (bytes: Uint8Array) => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const compress = createZstdCompress(zstd)
  const written = writeEncrypted(compress, recipients, out)
  written.catch(() => {}) // it is awaited below
  try {
    const produced = produce(async (bytes) => {
      if (!compress.write(bytes)) await Promise.race([once(compress, 'drain'), written])
    })
    await Promise.race([produced, written.then(() => produced)])
    compress.end()
    await written
  } catch (error) {
    compress.destroy()
    if (out !== process.stdout) out.destroy()
    throw error
  }
}

async function writeEncrypted(plain: Readable, recipients: readonly string[], out: Writable): Promise<void> {
  if (recipients.length === 0) return await pipeline(plain, out, { end: out !== process.stdout })
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient)
    } catch (cause) {
      throw new Error(`"${recipient}" is not a recipient of age: give one such as age1...`, { cause })
    }
  }
  const sealed = await encrypter.encrypt(Readable.toWeb(plain) as ReadableStream<Uint8Array>)
  await pipeline(Readable.fromWeb(sealed as WebStream), out, { end: out !== process.stdout })
}

/**
 * The content of a backup; an encrypted one is decrypted with the identity of age. @throws Error when the file or the identity cannot be
 * used
 */
export async function readBackupFile(
  path: string,
  identityFile: string | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const file = path === standardStream ? process.stdin : createReadStream(path)
  const { first, rest } = await begin(file, ageMark.length)
  const whole = Readable.from(rest)
  if (!first.equals(ageMark)) return unpacked(whole)
  if (identityFile === undefined) {
    throw new Error('The backup is encrypted by age: name the file with the identity that opens it by --identity')
  }
  const { Decrypter } = await import('age-encryption')
  const decrypter = new Decrypter()
  for (const identity of (await readFile(identityFile, 'utf8')).match(/^AGE-SECRET-KEY-\S+/gm) ?? []) {
    decrypter.addIdentity(identity)
  }
  const opened = await decrypter
    .decrypt(Readable.toWeb(whole) as ReadableStream<Uint8Array>)
    .catch((cause: unknown) => {
      throw new Error(`No identity of ${identityFile} opens this backup`, { cause })
    })
  return unpacked(Readable.fromWeb(opened as WebStream))
}

/** Decompresses while the result is read, so that errors of the file or its encryption reach the reader. */
async function* unpacked(packed: Readable): AsyncGenerator<Uint8Array> {
  const unpack = createZstdDecompress()
  pipeline(packed, unpack).catch(() => {}) // it ends the loop below
  try {
    yield* unpack
  } catch (cause) {
    throw new Error(`The backup is cut off or damaged; nothing was restored (${(cause as Error).message})`, { cause })
  }
}

/** The first bytes of a stream, and a stream that has all of it. */
async function begin(
  file: AsyncIterable<Buffer>,
  length: number,
): Promise<{ readonly first: Buffer; readonly rest: AsyncIterable<Buffer> }> {
  const pieces = file[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  while (held.length < length) {
    const next = await pieces.next()
    if (next.done) break
    held = Buffer.concat([held, next.value])
  }
  async function* rest() {
    yield held
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value
  }
  return { first: held.subarray(0, length), rest: rest() }
}
