export { actingAs } from './acting.ts'
export { recordEntry } from './record-entry.ts'
