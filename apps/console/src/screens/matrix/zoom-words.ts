import { formatCount } from '../../kit/figures.ts'
import type { Sheet } from './sheets.ts'

/** What a zoom shows. */
export function sheetWords({ kind, rowStep, columnStep, unit }: Sheet): string {
  if (kind === 'every-nth') return `Every ${ordinal(rowStep)} person`
  if (kind === 'tiles')
    return `Overview: a square is ${formatCount(rowStep)} ${rowStep === 1 ? 'person' : 'people'} by ${formatCount(columnStep)} ${columnStep === 1 ? 'entitlement' : 'entitlements'}`
  return `Each cell, ${unit} pixels`
}

/** `2nd`, `50th` */
export function ordinal(count: number): string {
  const tens = count % 100
  const ends: Readonly<Record<number, string>> = { 1: 'st', 2: 'nd', 3: 'rd' }
  return `${formatCount(count)}${tens > 10 && tens < 14 ? 'th' : (ends[count % 10] ?? 'th')}`
}
