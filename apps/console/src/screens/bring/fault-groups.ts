import type { LoadFault } from '@assay/contracts/assay/source/v1/source_pb'
import { texts } from './texts.ts'

interface FaultGroup {
  /** The cause, without the values. */
  readonly cause: string
  readonly count: number
  readonly first: LoadFault
}

/** Faults by cause, the largest group first. Faults that differ only in their values form one group. */
export function groupFaults(faults: readonly LoadFault[]): FaultGroup[] {
  const groups = new Map<string, FaultGroup>()
  for (const fault of faults) {
    const cause = fault.reason.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"').replaceAll(/\d+/g, '#')
    const key = `${fault.column}\0${cause}`
    const known = groups.get(key)
    groups.set(key, known === undefined ? { cause, count: 1, first: fault } : { ...known, count: known.count + 1 })
  }
  return [...groups.values()].toSorted((one, other) => other.count - one.count)
}

/** `people.csv, row 17, status` */
export function placeOf({ file, at, column }: LoadFault): string {
  return [file, at && (/^\d+$/.test(at) ? texts.row(at) : at), column].filter(Boolean).join(', ')
}
