import { countCharacters } from '../csv/utf8.ts'
import { pairFileName as file } from './file-forms.ts'
import { GrantList } from './grant-list.ts'
import type { LoadedApplications } from './load-applications.ts'
import { derivedApplicationId, type LoadedEntitlements } from './load-entitlements.ts'
import { openGrantCopy } from './load-grants.ts'
import type { LoadedIdentities } from './load-identities.ts'
import type { Loading } from './loading.ts'
import { readPairLine } from './pair-line.ts'

const LF = 0x0a

/**
 * Reads a pair file: each line has the number of an identity and the number of an entitlement, with blanks before and between. The
 * numbers without leading zeros are the ids. Each named identity and entitlement exists, in one application.
 */
export async function loadPairs(
  loading: Loading,
  identities: LoadedIdentities,
  applications: LoadedApplications,
  entitlements: LoadedEntitlements,
): Promise<GrantList> {
  const grants = new GrantList()
  const copy = await openGrantCopy(loading)
  const applicationId = Buffer.from(derivedApplicationId)
  const application = applications.keys.add(applicationId, 0, applicationId.length)
  const afterSlice = loading.slices(file, () => copy.flush())
  let rest: Buffer = Buffer.alloc(0)
  let line = 0
  let bytesRead = 0
  const takeLine = (bytes: Uint8Array, start: number, end: number) => {
    line++
    const pair = readPairLine(bytes, start, end)
    if (pair === undefined) return
    if (typeof pair === 'number') {
      const column = 1 + countCharacters(bytes, start, pair)
      return loading.faults.add(file, line, column, 'a line holds two whole numbers with blanks between, nothing else')
    }
    const { first, second } = pair
    const identity = identities.keys.add(bytes, withoutZeros(bytes, first), first.end)
    const entitlement = entitlements.add(application, bytes, withoutZeros(bytes, second), second.end)
    grants.add(identity, entitlement, 0)
    copy.rows.row(4)
    copy.rows.int32(identities.keys.keyOf(identity))
    copy.rows.int32(entitlements.keys.keyOf(entitlement))
    copy.rows.nothing()
    copy.rows.nothing()
  }
  for await (const piece of loading.content(file)) {
    const bytes: Buffer = Buffer.concat([rest, piece])
    let start = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      takeLine(bytes, start, end)
      start = end + 1
    }
    rest = bytes.subarray(start)
    bytesRead += piece.length
    await afterSlice(bytesRead)
    if (rest.length > 1024) {
      loading.faults.addFatal(file, line + 1, 1, 'a line of more than 1024 bytes')
      rest = Buffer.alloc(0)
      break
    }
  }
  if (rest.length > 0) takeLine(rest, 0, rest.length)
  await copy.finish()
  return grants
}

function withoutZeros(bytes: Uint8Array, number: { start: number; end: number }): number {
  let { start } = number
  while (start < number.end - 1 && bytes[start] === 0x30) start++
  return start
}
