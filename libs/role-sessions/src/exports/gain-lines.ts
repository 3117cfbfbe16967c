import { itemAt } from '@assay/errors'
import { csvCell } from './safe-csv.ts'
import type { Block } from './zip-stream.ts'

const usualBlockBytes = 1024 * 1024

/**
 * Lines `identity,entitlement,gain` as bytes, in blocks. A large role has tens of millions of lines, so they are not made one
 * by one: the lines of an identity are those of the identity before with another id written into them, and the lines between
 * two entitlements that it holds are copied at once.
 */
export class GainLines {
  readonly #entitlements: readonly Buffer[]
  /** The lines of the last identity as if it held nothing, and the start of each line; the last number is the end of all. */
  #lines: Buffer = Buffer.alloc(0)
  readonly #starts: Uint32Array
  #identity: Buffer | undefined

  #block: Buffer
  #length = 0
  /** Blocks that were returned for reuse. A new block each time would keep the garbage collector as busy as all other work. */
  readonly #free: Buffer[] = []
  readonly #blockBytes: number

  constructor(entitlementIds: readonly string[], blockBytes = usualBlockBytes) {
    this.#blockBytes = blockBytes
    this.#block = Buffer.allocUnsafeSlow(blockBytes)
    this.#entitlements = entitlementIds.map((id) => Buffer.from(`,${csvCell(id)},gain\r\n`))
    this.#starts = new Uint32Array(entitlementIds.length + 1)
  }

  /**
   * Adds a line for each entitlement that an identity does not hold.
   *
   * @param isHeld 1 at the positions of the entitlements that it holds
   * @returns the block before, if these lines might not have fit into it
   */
  add(identityId: string, isHeld: Uint8Array): Block | undefined {
    this.#write(Buffer.from(csvCell(identityId)))
    const lines = this.#lines
    const starts = this.#starts
    const full = this.#length + lines.length > this.#block.length ? this.rest(lines.length) : undefined
    let from = 0
    for (let i = 0; i < this.#entitlements.length; i++) {
      if (isHeld[i] === 0) continue
      this.#copy(from, itemAt(starts, i))
      from = itemAt(starts, i + 1)
    }
    this.#copy(from, lines.length)
    return full
  }

  /** The lines that are in no returned block yet. The next block has at least `room` bytes. */
  rest(room = 0): Block {
    const block = this.#block
    const bytes = block.subarray(0, this.#length)
    const known = this.#free.pop()
    this.#block =
      known !== undefined && known.length >= room ? known : Buffer.allocUnsafeSlow(Math.max(this.#blockBytes, room))
    this.#length = 0
    return { bytes, reuse: () => void this.#free.push(block) }
  }

  /** Writes an identity into the lines. */
  #write(identity: Buffer): void {
    const before = this.#identity
    this.#identity = identity
    if (identity.length !== before?.length) {
      this.#lines = Buffer.concat(this.#entitlements.flatMap((entitlement) => [identity, entitlement]))
      this.#entitlements.forEach(({ length }, i) => {
        this.#starts[i + 1] = itemAt(this.#starts, i) + identity.length + length
      })
      return
    }
    let first = 0
    while (first < identity.length && identity[first] === before[first]) first++
    const lines = this.#lines
    const starts = this.#starts
    for (let i = 0; i < this.#entitlements.length; i++) {
      identity.copy(lines, itemAt(starts, i) + first, first)
    }
  }

  #copy(from: number, end: number): void {
    if (from === end) return
    this.#block.set(this.#lines.subarray(from, end), this.#length)
    this.#length += end - from
  }
}
