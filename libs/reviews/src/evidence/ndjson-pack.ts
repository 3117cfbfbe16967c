import { candidateHash } from '../candidate-hash.ts'
import type { EvidencePart } from './evidence-pack.ts'

/** A part as a line of JSON, with the name of its kind; entries are lines of an export of the ledger. */
export function ndjsonOf(part: EvidencePart): string {
  switch (part.kind) {
    case 'pack':
      return lineOf({ pack: { format: 1, tenant: part.tenant, ...part.request } })
    case 'review':
      return lineOf({ review: { ...part.review, sums: part.sums } })
    case 'item': {
      const { review, ...item } = part.item
      return lineOf({ item: { reviewId: review.id, ...item, candidateSha256: candidateHash(item.candidate) } })
    }
    case 'entry':
      return part.line
    case 'chain':
      return lineOf({ chain: { from: part.from, before: part.before, hashes: part.hashes } })
    case 'head':
      return lineOf({ head: part.head })
  }
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
