import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { AccessMap, Input } from '../map/map.ts'
import type { Part } from '../read/part.ts'

/** The columns of a table that its map does not read, so that users know that they were not loaded. Empty for documents. */
export function unreadColumns(
  { name, columns, skeleton }: Part,
  { identities, accounts, reads, synonyms }: AccessMap,
  inputs: readonly Input[],
): string[] {
  if (columns === undefined || skeleton !== undefined) return []
  const isWhole = [...identities, ...accounts].some(
    ({ from, takesOtherColumns }) => takesOtherColumns && inputs.some((input) => from.includes(input.name)),
  )
  if (isWhole) return []
  try {
    const header = new Header(name, 1, columns, synonyms)
    const read = new Set(inputs.flatMap((input) => [...(reads.get(input.name) ?? [])]).map((one) => header.find(one)))
    return header.names.filter((column, field) => column !== '' && !read.has(field))
  } catch (error) {
    // Two columns with one name are a fault, which the load itself reports.
    if (error instanceof UnreadableFile) return []
    throw error
  }
}
