/** Counts a change of the record with this number. */
export function countChange(changes: number[], record: number): void {
  changes[record] = (changes[record] ?? 0) + 1
}
