import { CsvSlices } from './csv-text.ts'
import type { GrantTime } from './grant-time.ts'
import type { KnownGrant } from './known-grants.ts'

/** A grant with the ordinals and ids of its person and entitlement, and its times as in a file, empty for none. */
interface NamedGrant {
  readonly person: number
  readonly entitlement: number
  readonly ids: readonly [person: string, entitlement: string, application: string]
  readonly grantedAt: string
  readonly lastUsedAt: string
}

/** Receives grants while they are read. */
export interface GrantSink {
  add(grant: NamedGrant): void
  addKnown(grant: KnownGrant): void
}

/** Writes grants as lines of grants.csv. */
export class GrantLines implements GrantSink {
  readonly slices = new CsvSlices()

  constructor() {
    this.slices.add(['identity_id', 'entitlement_id', 'application_id', 'granted_at', 'last_used_at'])
  }

  add({ ids, grantedAt, lastUsedAt }: NamedGrant): void {
    this.slices.add([...ids, grantedAt, lastUsedAt])
  }

  addKnown({ person, entitlement, grantedAt, lastUsedAt }: KnownGrant): void {
    this.slices.addBytes(person.csv, entitlement.csv, grantedAt.csv, lastUsedAt.csv)
  }
}

/** A block of grants, by the ordinals of their people and entitlements. The seconds of a missing time are NaN. */
export interface GrantBlock {
  readonly person: Uint32Array
  readonly entitlement: Uint32Array
  readonly grantedSeconds: Float64Array
  readonly grantedMicros: Uint32Array
  readonly usedSeconds: Float64Array
  readonly usedMicros: Uint32Array
}

const blockLength = 8192

const noTime: GrantTime = { seconds: Number.NaN, micros: 0 }

/** Collects grants into blocks. The blocks do not depend on how many grants arrive at once. */
export class GrantBlocks implements GrantSink {
  readonly #readTime: (text: string) => GrantTime
  #start = 0
  #length = 0
  #block = emptyBlock(blockLength)

  /** @param readTime parses a text that is not empty */
  constructor(readTime: (text: string) => GrantTime) {
    this.#readTime = readTime
  }

  add({ person, entitlement, grantedAt, lastUsedAt }: NamedGrant): void {
    this.#add(person, entitlement, this.#timeOf(grantedAt), this.#timeOf(lastUsedAt))
  }

  addKnown({ person, entitlement, grantedAt, lastUsedAt }: KnownGrant): void {
    grantedAt.time ??= this.#timeOf(grantedAt.text)
    lastUsedAt.time ??= this.#timeOf(lastUsedAt.text)
    this.#add(person.ordinal, entitlement.ordinal, grantedAt.time, lastUsedAt.time)
  }

  /** The next full block; call it until it returns none. The block is valid until more is added. */
  full(): GrantBlock | undefined {
    const end = this.#start + blockLength
    if (end <= this.#length) {
      const block = partOf(this.#block, this.#start, end)
      this.#start = end
      return block
    }
    if (this.#start > 0) {
      for (const column of Object.values(this.#block)) column.copyWithin(0, this.#start, this.#length)
      this.#length -= this.#start
      this.#start = 0
    }
    return undefined
  }

  /** The rest, when there is no full block. */
  rest(): GrantBlock | undefined {
    const length = this.#length
    if (length === 0) return undefined
    this.#length = 0
    return partOf(this.#block, 0, length)
  }

  #timeOf(text: string): GrantTime {
    return text === '' ? noTime : this.#readTime(text)
  }

  #add(person: number, entitlement: number, granted: GrantTime, used: GrantTime): void {
    const at = this.#length++
    if (at === this.#block.person.length) this.#grow()
    const block = this.#block
    block.person[at] = person
    block.entitlement[at] = entitlement
    block.grantedSeconds[at] = granted.seconds
    block.grantedMicros[at] = granted.micros
    block.usedSeconds[at] = used.seconds
    block.usedMicros[at] = used.micros
  }

  #grow(): void {
    const before = this.#block
    const larger = emptyBlock(before.person.length * 2)
    larger.person.set(before.person)
    larger.entitlement.set(before.entitlement)
    larger.grantedSeconds.set(before.grantedSeconds)
    larger.grantedMicros.set(before.grantedMicros)
    larger.usedSeconds.set(before.usedSeconds)
    larger.usedMicros.set(before.usedMicros)
    this.#block = larger
  }
}

function emptyBlock(length: number): GrantBlock {
  return {
    person: new Uint32Array(length),
    entitlement: new Uint32Array(length),
    grantedSeconds: new Float64Array(length),
    grantedMicros: new Uint32Array(length),
    usedSeconds: new Float64Array(length),
    usedMicros: new Uint32Array(length),
  }
}

function partOf(block: GrantBlock, start: number, end: number): GrantBlock {
  return {
    person: block.person.subarray(start, end),
    entitlement: block.entitlement.subarray(start, end),
    grantedSeconds: block.grantedSeconds.subarray(start, end),
    grantedMicros: block.grantedMicros.subarray(start, end),
    usedSeconds: block.usedSeconds.subarray(start, end),
    usedMicros: block.usedMicros.subarray(start, end),
  }
}
