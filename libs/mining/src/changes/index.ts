export { changeWords } from './change-words.ts'
export { suggestionChanges } from './suggestion-changes.ts'
