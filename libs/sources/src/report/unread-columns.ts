import { UnreadableFile } from '../faults.ts'
import { Header } from '../header.ts'
import type { AccessMap, Input } from '../map/map.ts'
import type { Part } from '../read/part.ts'

/** Columns of a table that its map does not read, so that nobody takes for loaded what was not. Empty for documents. */
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
    // Two columns of one name: a fault that the load itself tells.
    if (error instanceof UnreadableFile) return []
    throw error
  }
}
