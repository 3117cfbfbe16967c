import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { type Entry, fromBuffer, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl'
import { directory, type ZippedFile } from './zip-format.ts'
import { type Block, zipped } from './zip-stream.ts'

const modifiedAt = new Date('2026-03-01T12:34:56Z')

function block(text: string, reused: string[] = []): Block {
  return { bytes: Buffer.from(text), reuse: () => void reused.push(text) }
}

async function* pieces<T>(...given: T[]): AsyncGenerator<T> {
  yield* given
}

test('what was put in comes out, with its times and checksums', async () => {
  const long = Array.from({ length: 90_000 }, (_, i) => `line ${i % 977} of many\n`)
  const reused: string[] = []
  const files = [
    { name: 'empty.txt', content: () => pieces<string>() },
    { name: 'nothing.txt', content: () => pieces('', '') },
    { name: 'short.txt', content: () => pieces<string | Block>('Grüße, ', block('Welt', reused)) },
    { name: 'long.txt', content: () => pieces(...long), windowBits: 11 },
  ]
  const archive = Buffer.concat(await Array.fromAsync(zipped(files, modifiedAt)))
  const found = await entriesOf((done) => fromBuffer(archive, { lazyEntries: true }, done), true)
  expect(found.map(({ entry, text }) => [entry.fileName, text])).toEqual([
    ['empty.txt', ''],
    ['nothing.txt', ''],
    ['short.txt', 'Grüße, Welt'],
    ['long.txt', long.join('')],
  ])
  expect(found.map(({ entry }) => entry.getLastModDate({ timezone: 'UTC' }).toISOString())).toEqual(
    Array(4).fill('2026-03-01T12:34:56.000Z'),
  )
  expect(reused).toEqual(['Welt'])
})

test('the checksum is that of the content', async () => {
  const files = [{ name: 'a.txt', content: () => pieces('123456789') }]
  const archive = Buffer.concat(await Array.fromAsync(zipped(files, modifiedAt)))
  const { entry } = (await entriesOf((done) => fromBuffer(archive, { lazyEntries: true }, done), false))[0]!
  expect(entry.crc32).toBe(0xcbf43926) // the check value of CRC-32
})

test('files and archives beyond 4 GiB are listed with their sizes', async () => {
  const file = (name: string, about: Partial<ZippedFile>): ZippedFile => {
    return { name, modifiedAt, crc: 1, packedBytes: 10, contentBytes: 20, offset: 0, ...about }
  }
  const files = [
    file('small', {}),
    file('packs well', { contentBytes: 5_000_000_000, offset: 60 }),
    file('large', { packedBytes: 6_000_000_000, contentBytes: 7_000_000_000, offset: 200 }),
    file('far behind', { offset: 6_000_000_400 }),
  ]
  const start = 6_000_000_500
  const end = directory(files, start)
  const reader = new PlacedBytes(start, end)
  const found = await entriesOf(
    (done) => fromRandomAccessReader(reader, start + end.length, { lazyEntries: true }, done),
    false,
  )
  const shown = found.map(({ entry }) => [
    entry.fileName,
    entry.compressedSize,
    entry.uncompressedSize,
    entry.relativeOffsetOfLocalHeader,
  ])
  expect(shown).toEqual(files.map((one) => [one.name, one.packedBytes, one.contentBytes, one.offset]))
})

test('content that fails breaks the archive off with its error', async () => {
  const failing = async function* () {
    yield 'a'.repeat(100_000)
    throw new Error('gone')
  }
  const archive = zipped([{ name: 'a.txt', content: failing }], modifiedAt)
  await expect(Array.fromAsync(archive)).rejects.toThrow('gone')
})

test('a reader who stops ends the content', async () => {
  let isOver = false
  const endless = async function* () {
    try {
      for (;;) yield Math.random().toString(36).repeat(10_000)
    } finally {
      isOver = true
    }
  }
  const archive = Readable.from(zipped([{ name: 'a.txt', content: endless }], modifiedAt))
  for await (const _ of archive) break
  await expect.poll(() => isOver).toBe(true)
})

interface Found {
  readonly entry: Entry
  readonly text: string
}

type Open = (done: (error: Error | null, zip: ZipFile) => void) => void

function entriesOf(open: Open, isRead: boolean): Promise<Found[]> {
  return new Promise((resolve, reject) => {
    open((error, zip) => {
      if (error) return reject(error)
      const found: Found[] = []
      zip.on('error', reject)
      zip.on('end', () => resolve(found))
      zip.on('entry', (entry: Entry) => {
        const take = (text: string) => {
          found.push({ entry, text })
          zip.readEntry()
        }
        if (!isRead) return take('')
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) return reject(failure)
          Array.fromAsync(stream).then((chunks) => take(Buffer.concat(chunks).toString()), reject)
        })
      })
      zip.readEntry()
    })
  })
}

/** Bytes at a far position; before them there are only zeros. */
class PlacedBytes extends RandomAccessReader {
  private readonly start: number
  private readonly bytes: Buffer

  constructor(start: number, bytes: Buffer) {
    super()
    this.start = start
    this.bytes = bytes
  }

  override _readStreamForRange(start: number, end: number) {
    const zeros = Buffer.alloc(Math.max(0, this.start - start))
    const bytes = this.bytes.subarray(Math.max(0, start - this.start), end - this.start)
    return new PassThrough().end(Buffer.concat([zeros, bytes]))
  }
}
