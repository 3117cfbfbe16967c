export { type Aggregation, countByValue, countValues } from './aggregate-documents.ts'
export type {
  DocumentForm,
  DocumentSearch,
  DocumentSorter,
  FoundDocument,
  PositionValue,
  StatedQuery,
  WriteDocument,
} from './document-search.ts'
export { countDocuments, findDocuments, type ReadSearch, readSearch } from './find-documents.ts'
export { getDocument } from './get-document.ts'
export { MemberChoice } from './member-choice.ts'
export { readDocuments } from './read-documents.ts'
