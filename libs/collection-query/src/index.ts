export {
  type Comparison,
  type Filter,
  type FilterField,
  type FilterFields,
  type FilterOperator,
  type FilterValue,
  mentions,
} from './filter.ts'
export { comparisonCondition, type FilterColumn, filterCondition } from './filter-condition.ts'
export { type Page, readPage } from './page.ts'
export { parseFilter } from './parse-filter.ts'
export { parseSorters, type Sorter, sortOrder } from './sorters.ts'
