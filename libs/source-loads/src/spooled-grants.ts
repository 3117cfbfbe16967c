import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type ImportFile, type NumberedGrants, readGrantTime } from '@assay/directory'
import type { Composition, GrantBlock } from '@assay/sources'

/** The bytes of one grant; and of the head of a block, which is its number of grants. */
const bytesOfGrant = 32
const headBytes = 8

/**
 * Reads all grants of a composition and writes them to a file as 32 bytes of numbers each. Texts would have to be written, hashed,
 * read and looked up again.
 */
export async function spoolGrants(composition: Composition, path: string): Promise<ImportFile> {
  const file = await open(path, 'w')
  const hash = createHash('sha256')
  let sizeBytes = 0
  // One buffer for all blocks: garbage outside the heap makes V8 collect only much later.
  let buffer = Buffer.alloc(0)
  try {
    for await (const block of composition.grantBlocks(readGrantTime)) {
      const length = headBytes + block.person.length * bytesOfGrant
      if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length)
      const bytes = buffer.subarray(0, length)
      writeBlock(bytes, block)
      hash.update(bytes)
      sizeBytes += bytes.length
      await file.writeFile(bytes)
    }
  } finally {
    await file.close()
  }
  return { name: 'grants.csv', sizeBytes, sha256: hash.digest('hex') }
}

/** The stored grants of a composition, in the form that an import takes. */
export function spooledGrants({ directory }: Composition, path: string): NumberedGrants {
  return {
    people: directory.people.map(({ id }) => id),
    entitlements: directory.entitlements.map(({ application, id }) => [application, id]),
    blocks: () => blocksOf(path),
  }
}

function writeBlock(bytes: Buffer, { person, ...block }: GrantBlock): void {
  bytes.writeDoubleLE(person.length, 0)
  let at = headBytes
  for (const part of [
    block.grantedSeconds,
    block.usedSeconds,
    person,
    block.entitlement,
    block.grantedMicros,
    block.usedMicros,
  ]) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
}

async function* blocksOf(path: string): AsyncGenerator<GrantBlock, void, undefined> {
  const file = await open(path)
  try {
    for (let at = 0; ; ) {
      const head = await partOf(file, at, headBytes)
      if (head === undefined) return
      const length = head.readDoubleLE(0)
      const bytes = await partOf(file, at + headBytes, length * bytesOfGrant)
      if (bytes === undefined) throw new Error('the stored grants are incomplete')
      at += headBytes + bytes.length
      yield blockOf(bytes.buffer, length)
    }
  } finally {
    await file.close()
  }
}

function blockOf(buffer: ArrayBuffer, length: number): GrantBlock {
  return {
    grantedSeconds: new Float64Array(buffer, 0, length),
    usedSeconds: new Float64Array(buffer, length * 8, length),
    person: new Uint32Array(buffer, length * 16, length),
    entitlement: new Uint32Array(buffer, length * 20, length),
    grantedMicros: new Uint32Array(buffer, length * 24, length),
    usedMicros: new Uint32Array(buffer, length * 28, length),
  }
}

/** Undefined at the end of the file. */
async function partOf(file: FileHandle, position: number, length: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) {
      if (filled > 0) throw new Error('the stored grants are incomplete')
      return undefined
    }
    filled += bytesRead
  }
  return bytes
}
