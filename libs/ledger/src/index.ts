export { actingAs } from './acting.ts'
export { ageLedger } from './age-ledger.ts'
export { canonicalJson } from './canonical-json.ts'
export { eraseValues } from './erase-values.ts'
export {
  type ErasedPerson,
  erased,
  mentionsPerson,
  textMentionsPerson,
  textWithoutPerson,
  withoutPerson,
} from './erased-person.ts'
export { EvidenceCheck, type EvidenceReport } from './evidence-check.ts'
export { type Evidence, type EvidenceQuery, evidenceEntries } from './evidence-entries.ts'
export { exportLedger, type HeadFile, headInJson } from './export-ledger.ts'
export {
  entriesAfter,
  type FollowedEntry,
  followedEntries,
  followLedger,
  positionBefore,
  readOn,
  readPosition,
  tenantsBehindLedger,
  unfollowLedger,
} from './followers.ts'
export { newestHead, type SignedHead } from './heads.ts'
export { listInForce, type ThingInForce, type ThingPosition } from './in-force.ts'
export type { LedgerReport } from './ledger-report.ts'
export { type EntryPosition, getEntry, listEntries } from './list-entries.ts'
export type { LedgerEntry } from './read-entry.ts'
export { type NewEntry, newEntry, recordEntry } from './record-entry.ts'
export { startSealing } from './seal-ledger.ts'
export { startSigningHeads } from './sign-heads.ts'
export { verifyLedger } from './verify-ledger.ts'
