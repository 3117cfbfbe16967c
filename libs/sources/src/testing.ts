export { workbookBytes } from './testing-workbook.ts'
export { zipBytes } from './testing-zip.ts'
