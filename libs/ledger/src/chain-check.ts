import type { JsonWebKey } from 'node:crypto'
import { type ChainHead, chainStart, linkHash } from './chain.ts'
import { checkEntry, type StoredEntry, type StoredValue } from './check-entry.ts'
import { isSignedBy, type SignedHead } from './heads.ts'
import { type FaultKind, type LedgerFault, type LedgerReport, mostListed } from './ledger-report.ts'
import type { PageSums } from './page-sums.ts'

export interface StoredLink {
  readonly position: number
  readonly entryId: string
  readonly entryHash: Buffer
  readonly linkHash: Buffer
  readonly entry: StoredEntry | undefined
  readonly values: readonly StoredValue[]
}

export interface Unsealed {
  readonly id: string
  readonly isLate: boolean
  readonly isThere: boolean
}

const unsealedDetail = 'the chain has no link for the entry: it was inserted by hand, or no worker seals entries'

/** Checks the chain link by link. */
export class ChainCheck {
  entries = 0
  readonly #tenantId: number
  readonly #start: SignedHead | undefined
  readonly #heads: readonly SignedHead[]
  readonly #headAt: ReadonlyMap<number, readonly SignedHead[]>
  readonly #counts = new Map<FaultKind, number>()
  readonly #faults: LedgerFault[] = []
  #head: ChainHead | undefined
  #expected: { position: number; before: Buffer }
  #erasedValues = 0
  #erasedEntries = 0

  constructor(tenantId: number, start: SignedHead | undefined, heads: readonly SignedHead[]) {
    this.#tenantId = tenantId
    this.#start = start
    this.#heads = heads
    this.#headAt = Map.groupBy(heads, ({ position }) => position)
    this.#expected = { position: (start?.position ?? 0) + 1, before: start?.linkHash ?? chainStart(tenantId) }
  }

  checkSignatures(keys: ReadonlyMap<string, JsonWebKey>, given: Pick<SignedHead, 'signature'> | undefined): void {
    for (const head of this.#heads) {
      const key = keys.get(head.keyId)
      if (key !== undefined && isSignedBy(key, this.#tenantId, head)) continue
      const whose = head.signature === given?.signature ? 'the head that you passed' : 'the head'
      const why = key === undefined ? `no key ${head.keyId} is known` : 'its key did not make its signature'
      this.#fault({ kind: 'signature', position: head.position, detail: `${whose}: ${why}` })
    }
  }

  /**
   * Checks the checkpoint at which the chain begins: no links may be left before it, and an exported head (`given`) must agree with it.
   * @param linksBefore number of links up to the checkpoint
   */
  checkStart(linksBefore: number, given: Pick<SignedHead, 'position' | 'linkHash'> | undefined): void {
    const start = this.#start
    if (start === undefined) return
    const { position } = start
    if (linksBefore > 0) {
      const detail = `the checkpoint at ${position} says that the links up to it were removed, and ${linksBefore} are there`
      this.#fault({ kind: 'broken', position, detail })
    }
    if (given === undefined || given.position > position) return
    if (given.position < position) {
      const detail = `the head that you passed is of position ${given.position}, and the entries up to ${position} were removed: it proves nothing about the rest; pass a later head`
      this.#fault({ kind: 'cut_off', position: given.position, detail })
    } else if (!given.linkHash.equals(start.linkHash)) {
      this.#fault({ kind: 'not_as_signed', position, detail: 'the checkpoint is not the head that you passed' })
    }
  }

  /**
   * Accepts a whole page when the sums that PostgreSQL computed show no fault.
   * @returns false when they show one; then the caller adds the links of the page one by one
   */
  addSound({ first, last, count, hashes, suspects, erasedValues, erasedEntries }: PageSums): boolean {
    if (count === 0 || suspects > 0 || first !== this.#expected.position || last !== first + count - 1) return false
    let { before } = this.#expected
    for (let at = 0, position = first; position <= last; at += 64, position++) {
      const link = hashes.subarray(at + 32, at + 64)
      if (!linkHash(before, position, hashes.subarray(at, at + 32)).equals(link)) return false
      if (this.#headAt.get(position)?.some((signed) => !signed.linkHash.equals(link))) return false
      before = link
    }
    this.entries += count
    this.#expected = { position: last + 1, before }
    this.#head = { position: last, linkHash: before }
    this.#erasedValues += erasedValues
    this.#erasedEntries += erasedEntries
    return true
  }

  add({ position, entryId, entryHash, linkHash: link, entry, values }: StoredLink): void {
    this.entries++
    const place = { position, entryId }
    const { position: expected, before } = this.#expected
    if (position > expected) this.#missingLinks(expected, position - 1)
    else if (!linkHash(before, position, entryHash).equals(link)) {
      this.#fault({ kind: 'broken', ...place, detail: 'the link does not follow from the one before it' })
    }
    this.#expected = { position: position + 1, before: link }
    this.#head = { position, linkHash: link }
    for (const signed of this.#headAt.get(position) ?? []) {
      if (signed.linkHash.equals(link)) continue
      this.#fault({
        kind: 'not_as_signed',
        ...place,
        detail: `the chain is not the one that was signed at ${signed.signedAt.toISOString()}`,
      })
    }
    if (entry === undefined) {
      this.#fault({ kind: 'missing', ...place, detail: 'the entry was removed' })
      return
    }
    const { faults, erased } = checkEntry(entryId, entry, entryHash, values)
    for (const fault of faults) this.#fault({ ...fault, ...place })
    this.#erasedValues += erased
    if (erased > 0) this.#erasedEntries++
  }

  /** @param newest the position of the newest link */
  end(newest: number): void {
    const furthest = this.#heads.reduce((most, { position }) => Math.max(most, position), 0)
    if (furthest > newest) {
      const lost = furthest - newest
      this.#fault({
        kind: 'cut_off',
        position: furthest,
        detail: `the chain ends at ${newest}, and a head at ${furthest} was signed: ${lost} ${lost === 1 ? 'entry is' : 'entries are'} gone`,
      })
    }
  }

  report(unsealed: readonly Unsealed[]): LedgerReport {
    for (const { id, isLate, isThere } of unsealed) {
      if (!isThere) this.#fault({ kind: 'missing', entryId: id, detail: 'the entry was removed before it was sealed' })
      else if (isLate) this.#fault({ kind: 'unsealed', entryId: id, detail: unsealedDetail })
    }
    return {
      isWhole: this.#counts.size === 0,
      entries: this.entries,
      removed: this.#start?.position ?? 0,
      erasedValues: this.#erasedValues,
      erasedEntries: this.#erasedEntries,
      waiting: unsealed.filter(({ isLate, isThere }) => isThere && !isLate).length,
      signedHeads: this.#heads.length,
      head: this.#head ?? this.#start,
      counts: Object.fromEntries(this.#counts),
      faults: this.#faults,
    }
  }

  #missingLinks(from: number, to: number): void {
    const count = to - from + 1
    const detail =
      count === 1 ? 'the entry and its link were removed' : `${count} entries and their links were removed, up to ${to}`
    this.#fault({ kind: 'missing', position: from, detail }, count)
  }

  #fault(fault: LedgerFault, count = 1): void {
    const before = this.#counts.get(fault.kind) ?? 0
    this.#counts.set(fault.kind, before + count)
    if (this.#faults.filter(({ kind }) => kind === fault.kind).length < mostListed) this.#faults.push(fault)
  }
}
