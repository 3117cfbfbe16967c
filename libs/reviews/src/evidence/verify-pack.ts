import { hash } from 'node:crypto'
import { canonicalJson, EvidenceCheck, type EvidenceReport, type HeadFile } from '@assay/ledger'

/** What was found in a pack. */
export interface PackReport extends EvidenceReport {
  readonly reviews: number
  readonly items: number
}

interface ItemLine {
  readonly id: string
  readonly candidate: unknown
  readonly candidateSha256: string
  readonly decision?: { readonly entryId: string }
}

/**
 * Verifies a pack in NDJSON line by line, by nothing but itself and a head that was kept elsewhere: entries, the chain from the first
 * of them to the signed head, and that each item was decided on as it stands there.
 * @throws Error that names the line for what is no pack
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
    else if (!('pack' in line)) throw new Error(`line ${number} is none of an evidence pack`)
  }
  if (number === 0) throw new Error('the file is empty')
  const report = check.end()
  return { ...report, reviews, items: items.count, faults: [...report.faults, ...items.end()] }
}

// biome-ignore lint/suspicious/noExplicitAny: what a file holds is checked member by member
function parsed(text: string, number: number): any {
  try {
    const line = JSON.parse(text)
    if (typeof line === 'object' && line !== null) return line
  } catch {
    // Told below.
  }
  throw new Error(`line ${number} is no JSON object; give a pack that was written with --format ndjson`)
}

/** Whether the entries of decisions speak of the items as they stand in the pack. */
class DecidedItems {
  count = 0
  readonly #faults: string[] = []
  readonly #hashOfEntry = new Map<string, { readonly itemId: string; readonly sha256: string }>()

  item({ id, candidate, candidateSha256, decision }: ItemLine): void {
    this.count++
    const own = hash('sha256', canonicalJson(candidate))
    if (own !== candidateSha256) this.#faults.push(`item ${id}: the candidate does not have its hash`)
    if (decision !== undefined) this.#hashOfEntry.set(decision.entryId, { itemId: id, sha256: own })
  }

  entry({ entry, values }: { entry: { id: string }; values: Record<string, { value: string } | null> }): void {
    const item = this.#hashOfEntry.get(entry.id)
    if (item === undefined) return
    this.#hashOfEntry.delete(entry.id)
    const after = values.after
    // Erased: nobody can tell any more.
    if (after === null || after === undefined) return
    if (JSON.parse(after.value).candidateSha256 !== item.sha256)
      this.#faults.push(`item ${item.itemId}: the entry of its decision speaks of another candidate`)
  }

  end(): string[] {
    const missing = [...this.#hashOfEntry.values()].map(
      ({ itemId }) => `item ${itemId}: the entry of its decision is missing`,
    )
    return [...this.#faults, ...missing]
  }
}
