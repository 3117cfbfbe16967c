import { hash } from 'node:crypto'
import { canonicalJson } from '@assay/ledger'
import type { ReviewedCandidate } from './reviewed-candidate.ts'

/** The hash that the ledger has of a candidate at its decision: SHA-256 of its canonical JSON (RFC 8785), in hexadecimal. */
export function candidateHash(candidate: ReviewedCandidate): string {
  return hash('sha256', canonicalJson(candidate))
}
