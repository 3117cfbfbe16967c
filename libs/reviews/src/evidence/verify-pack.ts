import { hash } from 'node:crypto'
import { canonicalJson, EvidenceCheck, type EvidenceReport, type HeadFile } from '@assay/ledger'

/** The result of the verification of a pack. */
export interface PackReport extends EvidenceReport {
  readonly reviews: number
  readonly items: number
  /** Number of items with an erased part: their hashes cannot be compared. */
  readonly erasedItems: number
}

interface ItemLine {
  readonly id: string
  readonly candidate: { readonly erased?: boolean }
  readonly candidateSha256: string
  readonly decision?: DecisionLine
}

interface DecisionLine {
  readonly entryId: string
  readonly verdict: string
  readonly leftOut: unknown
  readonly reason: string
  readonly comment: string
}

interface EntryLine {
  readonly entry: { readonly id: string; readonly reason: string }
  readonly values: Readonly<Record<string, { readonly value: string } | null>>
}

/**
 * Verifies a pack in NDJSON line by line, without the database, and against a head that the reader exported earlier. It checks the entries,
 * the chain from the first entry to the signed head, and that the decision on each item is the one in its entry.
 * @throws Error with the number of a line that does not belong to a pack
 */
export async function verifyPack(lines: AsyncIterable<string>, kept?: HeadFile): Promise<PackReport> {
  const check = new EvidenceCheck(kept)
  const items = new DecidedItems()
  let reviews = 0
  let number = 0
  for await (const text of lines) {
    number++
    if (text.trim() === '') continue
    const line = parsed(text, number)
    if ('entry' in line) {
      check.entry(line as Parameters<EvidenceCheck['entry']>[0])
      items.entry(line)
    } else if ('chain' in line) check.chain(line.chain)
    else if ('head' in line) check.head(line.head)
    else if ('item' in line) items.item(line.item)
    else if ('review' in line) reviews++
    else if (!('pack' in line)) throw new Error(`line ${number} is not a line of an evidence pack`)
  }
  if (number === 0) throw new Error('the file is empty')
  const report = check.end()
  return {
    ...report,
    reviews,
    items: items.count,
    erasedItems: items.erased,
    faults: [...report.faults, ...items.end()],
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what a file holds is checked member by member
function parsed(text: string, number: number): any {
  try {
    const line = JSON.parse(text)
    if (typeof line === 'object' && line !== null) return line
  } catch {
    // Reported below.
  }
  throw new Error(`line ${number} is not a JSON object; pass a pack that was written with --format ndjson`)
}

/** Compares the items of a pack with the entries of their decisions. */
class DecidedItems {
  count = 0
  erased = 0
  readonly #faults: string[] = []
  readonly #decided = new Map<
    string,
    { readonly id: string; readonly sha256?: string; readonly decision: DecisionLine }
  >()

  item({ id, candidate, candidateSha256, decision }: ItemLine): void {
    this.count++
    const own = hash('sha256', canonicalJson(candidate))
    if (own !== candidateSha256) this.#faults.push(`item ${id}: the candidate does not have its hash`)
    const isErased = candidate.erased === true
    if (isErased) this.erased++
    if (decision === undefined) return
    this.#decided.set(decision.entryId, { id, decision, ...(!isErased && { sha256: own }) })
  }

  entry({ entry, values }: EntryLine): void {
    const item = this.#decided.get(entry.id)
    if (item === undefined) return
    this.#decided.delete(entry.id)
    const { after, comment } = values
    const { verdict, leftOut, reason, comment: told } = item.decision
    // An erased value cannot be compared.
    const says = after == null ? undefined : JSON.parse(after.value)
    const candidateSha256 = item.sha256 ?? says?.candidateSha256
    const isOther = says !== undefined && saying(says) !== saying({ verdict, leftOut, candidateSha256 })
    const isOtherReason =
      entry.reason !== reason || (comment !== null && (comment?.value ?? '""') !== canonicalJson(told))
    if (isOther || isOtherReason) this.#faults.push(`item ${item.id}: the entry of its decision differs`)
  }

  end(): string[] {
    const missing = [...this.#decided.values()].map(({ id }) => `item ${id}: the entry of its decision is missing`)
    return [...this.#faults, ...missing]
  }
}

/** The facts that an item and the entry of its decision both have. */
function saying(told: {
  readonly verdict: string
  readonly leftOut: unknown
  readonly candidateSha256: string
}): string {
  return canonicalJson([told.verdict, told.leftOut, told.candidateSha256])
}
