export { type Account, linkAccount, listAccounts, unlinkAccount } from './accounts.ts'
export { agedLoads } from './aged-rows.ts'
export { askForComposition } from './ask-for-composition.ts'
export { applyChangeSet, type ChangeSet } from './changes/apply-change-set.ts'
export { commitNativeImport } from './commit-native-import.ts'
export { compositionWork } from './composition-work.ts'
export {
  type Correlation,
  type CorrelationPreview,
  correlationInForce,
  previewCorrelation,
} from './correlation-summary.ts'
export { eraseFromLoads } from './erase-person.ts'
export { abortForgottenLoad } from './forgotten-load.ts'
export { removalGuard } from './guard.ts'
export { linkFindings } from './link-findings.ts'
export type { Load, LoadFile } from './load.ts'
export { loadWork } from './load-work.ts'
export { abortLoad, beginLoad, confirmLoad, createLoad, getLoad, listLoads } from './loads.ts'
export { countOrphanRows } from './orphan-rows.ts'
export { countOrphans, listOrphans, type Orphan } from './orphans.ts'
export { listReadyMaps, type MapPreview, previewMap } from './preview-map.ts'
export { sourceQueues } from './queues.ts'
export type { Source } from './source.ts'
export { listSourceMaps, putSourceMap, type SourceMap } from './source-maps.ts'
export { lockSource, sourceName, sourceNames } from './source-name.ts'
export {
  createSource,
  deleteSource,
  getSource,
  listSources,
  nativeSource,
  type SourceChange,
  sourceKey,
  updateSource,
} from './sources.ts'
export { removeDeadLoadUploads } from './stored-content.ts'
export { accountIdsOf, placesInSource, type SystemSource, sourceOfSystem } from './system-source.ts'
export { unendedLoad } from './unended-load.ts'
export { uploadLoadFile } from './upload-load-file.ts'
export {
  createUpload,
  deleteUpload,
  getUpload,
  listUploads,
  storePart,
  takeUploads,
  type Upload,
} from './uploads.ts'
export { removeLeftFolders, withWorkingFolder } from './working-folder.ts'
