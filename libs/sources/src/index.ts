export { Composition, type FoundGrants } from './compose/compose.ts'
export type { LinkOf } from './compose/correlate-accounts.ts'
export type { KeptGrants } from './compose/holdings.ts'
export { nativeFiles } from './compose/native-files.ts'
export {
  type AccountRecord,
  type GrantRecord,
  type PersonRecord,
  type RecordForms,
  SourceRecords,
  type UsageRecord,
} from './compose/read-records.ts'
export { type RecordKind, type StoredRecords, storedSource } from './compose/stored-source.ts'
export { type Fault, Faults, placed } from './faults.ts'
export type { InputFile } from './input-file.ts'
export { attributeOf, isListName, listName, listSeparator, valuesOf } from './list-attributes.ts'
export { loadMap } from './map/load-map.ts'
export type { AccessMap } from './map/map.ts'
export { readyMaps } from './map/ready-maps.ts'
export { type Recognised, recogniseFiles } from './recognise/recognise-files.ts'
export { firstMap } from './report/first-map.ts'
export { listProposals } from './report/list-proposals.ts'
