import { packed, unpackedPiece } from '@assay/directory'
import type { GrantRecord, NumberedGrants } from '@assay/sources'
import type { TenantSql } from '@assay/store'

/** Grants of one stored block. */
const blockLength = 65_536
/** Texts of all grants of a load; with more of them, or with a new one for every other grant, numbers save nothing. */
const mostTexts = 2 ** 20
/** What waits to be stored while rows are copied. */
const mostWaiting = 8 * 2 ** 20

interface Holder {
  readonly holderApplication: string
  readonly application: string
  readonly number: number
}

interface Entitlement {
  readonly application: string
  readonly number: number
}

/**
 * Numbers the grants of a load while they are stored. Numbers of texts are given in the order in which these come, and a block
 * brings the texts that are new, so that whoever reads the blocks in their order has them all.
 */
export class GrantNumbers {
  readonly #holders = new Map<string, Holder[]>()
  readonly #entitlements = new Map<string, Entitlement[]>()
  readonly #times = new Map<string, number>()
  #holderCount = 0
  #entitlementCount = 0
  #form = -1
  #count = 0
  #block = emptyBlock()
  #packed: Promise<{ readonly compression: string; readonly data: Uint8Array }>[] = []
  #waitingBytes = 0
  #stored = 0
  #isGivenUp = false

  /** @param form among those of the load */
  add(grant: GrantRecord, form: number): void {
    if (this.#isGivenUp) return
    if (this.#form < 0) this.#form = form
    // What ends is judged by the day on which it is read.
    if (form !== this.#form || grant.ends !== '') {
      this.#giveUp()
      return
    }
    const block = this.#block
    const at = this.#count++
    block.holder[at] = this.#holderOf(grant)
    block.entitlement[at] = this.#entitlementOf(grant)
    block.grantedAt[at] = this.#timeOf(grant.grantedAt)
    block.lastUsedAt[at] = this.#timeOf(grant.lastUsedAt)
    if (this.#count === blockLength) this.#pack()
  }

  /** Whether there is so much that it should be stored before more is added. */
  get isFull(): boolean {
    return this.#waitingBytes > mostWaiting
  }

  /** Stores what has been gathered. Nothing may be copied on the connection meanwhile. */
  async store(sql: TenantSql, tenantId: number, loadKey: number): Promise<void> {
    const waiting = this.#packed
    this.#packed = []
    this.#waitingBytes = 0
    for (const piece of waiting) {
      const { compression, data } = await piece
      if (this.#isGivenUp) continue
      await sql`
        insert into source_grant_numbers (tenant_id, load_id, ordinal, compression, data)
        values (${tenantId}, ${loadKey}, ${this.#stored++}, ${compression}, ${data})`
    }
  }

  /** The same of the last block; removes all where they could not be numbered after all. */
  async finish(sql: TenantSql, tenantId: number, loadKey: number): Promise<void> {
    if (this.#count > 0) this.#pack()
    await this.store(sql, tenantId, loadKey)
    if (this.#isGivenUp) await forgetNumbers(sql, loadKey)
  }

  #pack(): void {
    const { holders, entitlements, times } = this.#block
    const texts = this.#holderCount + this.#entitlementCount + this.#times.size
    const added = holders.length / 3 + entitlements.length / 2 + times.length
    if (texts > mostTexts || added * 2 > blockLength) {
      this.#giveUp()
      return
    }
    const bytes = bytesOf(this.#form, this.#block, this.#count)
    const piece = packed(bytes)
    // Awaited when it is stored; an error of it must not count as unhandled meanwhile.
    piece.catch(() => {})
    this.#packed.push(piece)
    this.#waitingBytes += bytes.length / 4
    this.#block = emptyBlock()
    this.#count = 0
  }

  #giveUp(): void {
    this.#isGivenUp = true
    this.#count = 0
    this.#holders.clear()
    this.#entitlements.clear()
    this.#times.clear()
    this.#block = emptyBlock(0)
  }

  #holderOf({ holder, holderApplication, application }: GrantRecord): number {
    const known = this.#holders.get(holder)
    for (const one of known ?? []) {
      if (one.application === application && one.holderApplication === holderApplication) return one.number
    }
    const number = this.#holderCount++
    const added = { holderApplication, application, number }
    if (known === undefined) this.#holders.set(holder, [added])
    else known.push(added)
    this.#block.holders.push(holder, holderApplication, application)
    return number
  }

  #entitlementOf({ application, entitlement }: GrantRecord): number {
    const known = this.#entitlements.get(entitlement)
    for (const one of known ?? []) if (one.application === application) return one.number
    const number = this.#entitlementCount++
    const added = { application, number }
    if (known === undefined) this.#entitlements.set(entitlement, [added])
    else known.push(added)
    this.#block.entitlements.push(application, entitlement)
    return number
  }

  #timeOf(text: string): number {
    let number = this.#times.get(text)
    if (number === undefined) {
      number = this.#times.size
      this.#times.set(text, number)
      this.#block.times.push(text)
    }
    return number
  }
}

function emptyBlock(length = blockLength) {
  return {
    holders: [] as string[],
    entitlements: [] as string[],
    times: [] as string[],
    holder: new Uint32Array(length),
    entitlement: new Uint32Array(length),
    grantedAt: new Uint32Array(length),
    lastUsedAt: new Uint32Array(length),
  }
}

const headLength = 8

/** Lengths, texts as JSON, and a column behind the other. */
function bytesOf(form: number, block: ReturnType<typeof emptyBlock>, count: number): Buffer {
  const { holders, entitlements, times, ...columns } = block
  // As PostgreSQL stores them in the rows.
  const wellFormed = (texts: readonly string[]) => texts.map((text) => text.toWellFormed())
  const texts = Buffer.from(
    JSON.stringify({
      form,
      holders: wellFormed(holders),
      entitlements: wellFormed(entitlements),
      times: wellFormed(times),
    }),
  )
  const from = headLength + texts.length
  const bytes = Buffer.allocUnsafeSlow(from + count * 16)
  bytes.writeUInt32LE(count, 0)
  bytes.writeUInt32LE(texts.length, 4)
  texts.copy(bytes, headLength)
  for (const [at, column] of Object.values(columns).entries()) {
    bytes.set(new Uint8Array(column.buffer, 0, count * 4), from + at * count * 4)
  }
  return bytes
}

function grantsOf(bytes: Uint8Array): NumberedGrants {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const count = buffer.readUInt32LE(0)
  const from = headLength + buffer.readUInt32LE(4)
  if (buffer.length !== from + count * 16) throw new Error('the numbers of stored grants are cut off')
  const texts = JSON.parse(buffer.toString('utf8', headLength, from)) as Pick<
    NumberedGrants,
    'form' | 'holders' | 'entitlements' | 'times'
  >
  // A copy, since the columns of a piece of memory begin anywhere.
  const columns = new Uint8Array(buffer.subarray(from)).buffer
  const column = (at: number) => new Uint32Array(columns, at * count * 4, count)
  return { ...texts, holder: column(0), entitlement: column(1), grantedAt: column(2), lastUsedAt: column(3) }
}

/** The numbered grants of a load, in the order in which they were stored. */
export async function* numberedGrants(
  sql: TenantSql,
  loadKey: number,
): AsyncGenerator<NumberedGrants, void, undefined> {
  const rows = sql<{ compression: string; data: Uint8Array }[]>`
    select compression, data from source_grant_numbers where load_id = ${loadKey} order by ordinal`
  for await (const batch of rows.cursor(1)) {
    for (const { compression, data } of batch) yield grantsOf(await unpackedPiece(compression, data))
  }
}

/** Numbers of grants whose rows are about to change. */
export async function forgetNumbers(sql: TenantSql, loadKey: number): Promise<void> {
  await sql`delete from source_grant_numbers where load_id = ${loadKey}`
}
