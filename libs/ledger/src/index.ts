export { actingAs } from './acting.ts'
export { recordEntry } from './record-entry.ts'
export { startSealing } from './seal-ledger.ts'
export { startSigningHeads } from './sign-heads.ts'
