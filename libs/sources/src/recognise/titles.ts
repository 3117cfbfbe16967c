import type { SampledRecord } from './records-of-lines.ts'

/** The maximum number of records above the header. */
const mostTitles = 15

/**
 * The index of the record that names the columns. Above it there may be the title of a report, its date and owner, or names that
 * span several columns. 0 when nothing shows a title.
 */
export function headerPlace(all: readonly (readonly string[])[], records: readonly SampledRecord[]): number {
  const filled = all.map((cells) => cells.filter((cell) => cell.trim() !== '').length)
  const most = Math.max(0, ...filled.slice(0, mostTitles + 5))
  const place = filled.slice(0, mostTitles + 1).findIndex((count) => count >= 3 && count >= most * 0.6)
  const header = all[place]
  if (header === undefined || place === 0 || place === all.length - 1 || !areNames(header)) return 0
  const isApart = (index: number) => {
    const next = records.slice(index, place + 1)
    return next.some(({ line, text }, at) => (next[at + 1]?.line ?? 0) > line + text.split('\n').length)
  }
  const isTitle = (cells: readonly string[], index: number) =>
    filled[index] === 1 ||
    // As wide as the header, but mostly empty.
    (cells.length === header.length && (filled[index] ?? 0) < header.length * 0.6 && hasGaps(cells)) ||
    // A word and its value, on separate lines above a blank one.
    (filled[index] === 2 && isApart(index))
  return all.slice(0, place).every(isTitle) ? place : 0
}

/** Whether the cells are names of columns: different texts, and not the values of a row. */
function areNames(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim()).filter((name) => name !== '')
  return (
    new Set(names.map((name) => name.toLowerCase())).size === names.length &&
    names.every((name) => name.length <= 60 && /\p{L}/u.test(name) && !/@|^\d+([.:/-]\d+)+/.test(name))
  )
}

function hasGaps(cells: readonly string[]): boolean {
  return cells.some((cell) => cell.trim() === '')
}
