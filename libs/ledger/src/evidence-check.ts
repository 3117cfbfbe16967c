import { canonicalJson } from './canonical-json.ts'
import { linkHash } from './chain.ts'
import { checkEntry } from './check-entry.ts'
import type { HeadFile } from './export-ledger.ts'
import { isSignedBy } from './heads.ts'

/** A line of evidence about an entry, see `lineOf`. */
interface EntryLine {
  readonly position: number | null
  readonly linkHash: string | null
  readonly hash: string
  readonly values: Readonly<Record<string, { readonly salt: string; readonly value: string } | null>>
  readonly entry: { readonly id: string; readonly kind: string } & Readonly<Record<string, unknown>>
}

/** The result of the verification of some evidence. */
export interface EvidenceReport {
  readonly entries: number
  /** Entries that no signed head covers yet. */
  readonly waiting: number
  readonly erasedValues: number
  readonly head: HeadFile | undefined
  readonly faults: readonly string[]
}

/**
 * Verifies evidence without the database, part by part in the order in which `evidenceEntries` returns them, and against a head that the
 * reader exported earlier. It holds two hashes for each entry in memory.
 */
export class EvidenceCheck {
  readonly #kept: HeadFile | undefined
  readonly #faults: string[] = []
  readonly #sealed = new Map<number, { readonly hash: string; readonly link: string | null }>()
  #entries = 0
  #erased = 0
  #position = -1
  #link: Buffer = Buffer.alloc(0)
  #head: HeadFile | undefined

  /** @param kept a head that was exported earlier and stored elsewhere */
  constructor(kept?: HeadFile) {
    this.#kept = kept
  }

  entry({ position, linkHash: link, hash, values, entry }: EntryLine): void {
    this.#entries++
    const subject = entry.subject as { readonly id?: string } | undefined
    const actor = entry.actor as { readonly client?: string } | undefined
    const stored = {
      content: canonicalJson(entry),
      hash: Buffer.from(hash, 'hex'),
      kind: entry.kind,
      subjectId: subject?.id ?? null,
      client: actor?.client ?? null,
    }
    const beside = Object.entries(values).map(([field, one]) => ({
      field,
      salt: one === null ? undefined : Buffer.from(one.salt, 'hex'),
      value: one?.value,
    }))
    const { faults, erased } = checkEntry(entry.id, stored, stored.hash, beside)
    this.#erased += erased
    for (const { detail } of faults) this.#faults.push(`entry ${entry.id}: ${detail}`)
    if (position !== null) this.#sealed.set(position, { hash, link })
  }

  chain({
    from,
    before,
    hashes,
  }: {
    readonly from: number
    readonly before: string
    readonly hashes: readonly string[]
  }) {
    const isFirst = this.#position < 0
    if (!isFirst && (from !== this.#position + 1 || before !== this.#link.toString('hex')))
      this.#faults.push(`the chain is broken before position ${from}`)
    this.#link = Buffer.from(before, 'hex')
    this.#position = from - 1
    if (isFirst) this.#compareKept()
    for (const hash of hashes) {
      this.#position++
      this.#link = linkHash(this.#link, this.#position, Buffer.from(hash, 'hex'))
      this.#compareEntry(hash)
      this.#compareKept()
    }
  }

  head(head: HeadFile): void {
    this.#head = head
    const { publicKey, tenantId, position, keyId } = head
    const signed = {
      position,
      keyId,
      linkHash: Buffer.from(head.linkHash, 'hex'),
      signature: Buffer.from(head.signature, 'base64'),
      signedAt: new Date(head.signTime),
    }
    if (publicKey === undefined || !isSignedBy(publicKey, tenantId, signed))
      this.#faults.push(`the head of position ${position} has no valid signature`)
    if (this.#position < 0) return
    if (this.#position !== position || this.#link.toString('hex') !== head.linkHash)
      this.#faults.push(`the chain does not lead to the head of position ${position}`)
  }

  end(): EvidenceReport {
    const headPosition = this.#head?.position ?? 0
    const beyond = [...this.#sealed.keys()].filter((position) => position > headPosition).length
    const unsealed = this.#entries - this.#sealed.size
    if (this.#sealed.size > beyond && this.#position < 0) this.#faults.push('the hashes of the chain are missing')
    if (this.#kept !== undefined && this.#kept.position > headPosition)
      this.#faults.push(
        `the evidence ends at position ${headPosition}, before the head that you passed (${this.#kept.position})`,
      )
    return {
      entries: this.#entries,
      waiting: unsealed + beyond,
      erasedValues: this.#erased,
      head: this.#head,
      faults: this.#faults,
    }
  }

  #compareEntry(hash: string): void {
    const entry = this.#sealed.get(this.#position)
    if (entry === undefined) return
    if (entry.hash !== hash)
      this.#faults.push(`position ${this.#position}: the hash of the entry is not the one in the chain`)
    if (entry.link !== this.#link.toString('hex'))
      this.#faults.push(`position ${this.#position}: the link does not follow from the one before`)
  }

  #compareKept(): void {
    if (this.#kept?.position !== this.#position || this.#kept.linkHash === this.#link.toString('hex')) return
    this.#faults.push(`position ${this.#position}: the chain differs from the head that you passed`)
  }
}
