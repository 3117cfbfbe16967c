export { checkSnapshot } from './check-snapshot.ts'
export { defaultChunkBytes, encodeSnapshot, encodeSnapshotToBuffer } from './encode-snapshot.ts'
export { type GrantColumns, type GrantRows, rowsFromGrants, transpose } from './grant-rows.ts'
export { MiningError, type MiningErrorKind } from './mining-error.ts'
export { readSnapshot, snapshotByteLength } from './read-snapshot.ts'
export {
  identityStatuses,
  identityTypes,
  type Snapshot,
  type SnapshotAttribute,
  type SnapshotParts,
  snapshotOf,
} from './snapshot.ts'
