import { FaultKind, type Report } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'

const faults: Readonly<Record<FaultKind, string>> = {
  [FaultKind.UNSPECIFIED]: 'Something is wrong',
  [FaultKind.ALTERED]: 'An entry was altered after it was sealed',
  [FaultKind.VALUE_ALTERED]: 'A value beside an entry is another one than the entry speaks of',
  [FaultKind.VALUE_MISSING]: 'A value beside an entry was removed, rather than erased',
  [FaultKind.MISSING]: 'An entry was removed',
  [FaultKind.UNSEALED]: 'An entry was put there by hand, or no worker seals entries',
  [FaultKind.BROKEN]: 'A link of the chain does not follow from the one before',
  [FaultKind.NOT_AS_SIGNED]: 'The chain is not the one that was signed',
  [FaultKind.SIGNATURE]: 'A signature is not valid',
  [FaultKind.CUT_OFF]: 'The chain ends before a head that was signed',
}

export function faultWords(kind: FaultKind): string {
  return faults[kind] ?? faults[FaultKind.UNSPECIFIED]
}

/** What a verification found, in a sentence or some. */
export function reportSentence(report: Report): string {
  const { isWhole, entries, signedHeads, removedEntries, erasedValues, erasedEntries, waitingEntries } = report
  const total = report.faultCounts.reduce((sum, { count }) => sum + Number(count), 0)
  const looked = `${counted(Number(entries), 'entry', 'entries')} and ${counted(Number(signedHeads), 'signed head', 'signed heads')} were looked at.`
  return [
    isWhole
      ? 'The ledger is whole: nothing was altered, removed or put there by hand.'
      : `The ledger is not whole: ${counted(total, 'thing is', 'things are')} wrong.`,
    looked,
    ...(removedEntries > 0n
      ? [
          `The first ${formatCount(Number(removedEntries))} were removed on purpose when they were old; a signed checkpoint vouches for them.`,
        ]
      : []),
    ...(erasedValues > 0n
      ? [
          `${counted(Number(erasedValues), 'value was', 'values were')} erased on purpose in ${counted(Number(erasedEntries), 'entry', 'entries')}.`,
        ]
      : []),
    ...(waitingEntries > 0n
      ? [
          `${counted(Number(waitingEntries), 'entry was', 'entries were')} just written and ${waitingEntries === 1n ? 'waits' : 'wait'} for the seal.`,
        ]
      : []),
  ].join(' ')
}
