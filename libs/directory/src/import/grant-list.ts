import type { GrantRows } from '@assay/mining'

/** The number of grants in a block: 640 kB, since most imports are small. */
const blockLength = 2 ** 16

interface Block {
  readonly identity: Uint32Array<ArrayBuffer>
  readonly entitlement: Uint32Array<ArrayBuffer>
  readonly lastUsedDay: Uint16Array<ArrayBuffer>
}

/**
 * Grants in the order of the file, as ordinals. Each takes ten bytes, since there may be ten million. They are in blocks, so that
 * growing copies nothing and reserves little.
 */
export class GrantList {
  length = 0
  readonly #blocks: Block[] = []
  #identity = new Uint32Array(0)
  #entitlement = new Uint32Array(0)
  #lastUsedDay = new Uint16Array(0)
  #inLast = 0

  /** @param lastUsedDay days since 1970 of the last use, 0 for unknown */
  add(identity: number, entitlement: number, lastUsedDay: number): void {
    if (this.#inLast === this.#identity.length) this.#begin()
    const at = this.#inLast++
    this.length++
    this.#identity[at] = identity
    this.#entitlement[at] = entitlement
    this.#lastUsedDay[at] = lastUsedDay
  }

  /**
   * Returns the grants in rows by the ranks of identities, each grant once with its latest use. It empties the list: the memory of
   * a block is freed when the block has been read, without waiting for the garbage collector, and each row is sorted separately, so
   * that ten million grants take at most 140 MB.
   */
  toRows(identityRanks: Uint32Array, identityCount: number, entitlementRanks: Uint32Array): GrantRows {
    const start = new Uint32Array(identityCount + 1)
    for (const [{ identity }, length] of this.#filled()) {
      for (let i = 0; i < length; i++) start[identityRanks[identity[i]!]! + 1]!++
    }
    for (let i = 0; i < identityCount; i++) start[i + 1]! += start[i]!
    let next = start.slice()
    const rowEntitlement = new Uint32Array(this.length)
    for (const [{ identity, entitlement }, length] of this.#filled()) {
      for (let i = 0; i < length; i++)
        rowEntitlement[next[identityRanks[identity[i]!]!]!++] = entitlementRanks[entitlement[i]!]!
      entitlement.buffer.transfer(0)
    }
    next = start.slice()
    const days = new Uint16Array(this.length)
    for (const [{ identity, lastUsedDay }, length] of this.#filled()) {
      for (let i = 0; i < length; i++) days[next[identityRanks[identity[i]!]!]!++] = lastUsedDay[i]!
      identity.buffer.transfer(0)
      lastUsedDay.buffer.transfer(0)
    }
    const rowOffset = sortRows(start, rowEntitlement, days)
    const kept = rowOffset[identityCount]
    return { rowOffset, rowEntitlement: rowEntitlement.subarray(0, kept), lastUsedDay: days.subarray(0, kept) }
  }

  /** The blocks, with the number of grants in each. */
  *#filled(): Generator<[block: Block, length: number]> {
    const last = this.#blocks.at(-1)
    for (const block of this.#blocks) yield [block, block === last ? this.#inLast : blockLength]
  }

  #begin(): void {
    this.#identity = new Uint32Array(blockLength)
    this.#entitlement = new Uint32Array(blockLength)
    this.#lastUsedDay = new Uint16Array(blockLength)
    this.#blocks.push({ identity: this.#identity, entitlement: this.#entitlement, lastUsedDay: this.#lastUsedDay })
    this.#inLast = 0
  }
}

/** Sorts each row, and closes the gaps that repeated grants left. Returns the new offsets. */
function sortRows(start: Uint32Array, rowEntitlement: Uint32Array, days: Uint16Array): Uint32Array {
  const rowOffset = new Uint32Array(start.length)
  // Entitlement and day in one number, which sorts by entitlement, then by day.
  let row = new Float64Array(1024)
  let write = 0
  for (let i = 0; i + 1 < start.length; i++) {
    const first = start[i]!
    const count = start[i + 1]! - first
    if (count > row.length) row = new Float64Array(count * 2)
    for (let n = 0; n < count; n++) row[n] = rowEntitlement[first + n]! * 0x10000 + days[first + n]!
    const sorted = row.subarray(0, count).sort()
    let previous = -1
    for (let n = 0; n < count; n++) {
      const entitlement = Math.floor(sorted[n]! / 0x10000)
      if (entitlement === previous) write--
      rowEntitlement[write] = entitlement
      days[write++] = sorted[n]! - entitlement * 0x10000
      previous = entitlement
    }
    rowOffset[i + 1] = write
  }
  return rowOffset
}
