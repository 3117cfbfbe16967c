import { transpose } from '@assay/mining'
import { type AccessGrid, accessGrid } from './access-grid.ts'

/** Access in compressed sparse rows: identity `i` holds `rowEntitlement[rowOffset[i] .. rowOffset[i + 1])`, ascending. */
export interface AccessRows {
  readonly identityCount: number
  readonly entitlementCount: number
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Uint32Array
}

/**
 * A part of the access that shares no identity and no entitlement with the rest. Its rows are all different, and so are its
 * columns.
 */
export interface Component {
  readonly grid: AccessGrid
  /** Row `r` stands for `rowIdentity[rowStart[r] .. rowStart[r + 1])`, ascending. Columns have the same form. */
  readonly rowStart: Uint32Array
  readonly rowIdentity: Uint32Array
  readonly columnStart: Uint32Array
  readonly columnEntitlement: Uint32Array
}

/** Equal rows, or columns, with different tags are not merged. */
export interface MergeTags {
  readonly identityTag?: Int32Array
  readonly entitlementTag?: Int32Array
}

interface Merged {
  readonly count: number
  /** The class of each member, -1 for members without any grant. */
  readonly classOf: Int32Array
  readonly first: Uint32Array
  readonly weight: Uint32Array
}

/**
 * Merges identities that hold the same, and entitlements with the same holders, and splits the access into connected parts. A
 * role model of the reduced access is one of the whole access, because identities that hold the same can have the same roles.
 * Rows and columns are numbered by ascending number of grants, so that later loops meet short rows and columns first.
 */
export function reduceAccess(access: AccessRows, tags: MergeTags = {}): Component[] {
  const { rowOffset, rowEntitlement } = access
  const { columnOffset, columnIdentity } = transpose(access)
  const rows = mergeEqual(rowOffset, rowEntitlement, tags.identityTag)
  const columns = mergeEqual(columnOffset, columnIdentity, tags.entitlementTag)
  const componentOfRow = new Int32Array(rows.count)
  const componentOfColumn = new Int32Array(columns.count)
  const componentCount = connect(rows, columns, access, columnOffset, columnIdentity, componentOfRow, componentOfColumn)
  const rowsOf = numberInside(rows, componentOfRow, componentCount, rowOffset)
  const columnsOf = numberInside(columns, componentOfColumn, componentCount, columnOffset)
  const rowMembers = membersOf(rows)
  const columnMembers = membersOf(columns)
  const components: Component[] = []
  for (let k = 0; k < componentCount; k++) {
    const rowClasses = rowsOf.classes[k]!
    const columnClasses = columnsOf.classes[k]!
    const offsets = new Uint32Array(rowClasses.length + 1)
    const cells: number[] = []
    for (let r = 0; r < rowClasses.length; r++) {
      const identity = rows.first[rowClasses[r]!]!
      const row: number[] = []
      for (let g = rowOffset[identity]!; g < rowOffset[identity + 1]!; g++) {
        const entitlement = rowEntitlement[g]!
        const column = columns.classOf[entitlement]!
        if (columns.first[column] === entitlement) row.push(columnsOf.numberOf[column]!)
      }
      row.sort((a, b) => a - b)
      for (const column of row) cells.push(column)
      offsets[r + 1] = cells.length
    }
    const [rowStart, rowIdentity] = gather(rowClasses, rowMembers)
    const [columnStart, columnEntitlement] = gather(columnClasses, columnMembers)
    components.push({
      grid: accessGrid({
        rowOffset: offsets,
        rowColumn: Uint32Array.from(cells),
        columnCount: columnClasses.length,
        rowWeight: Uint32Array.from(rowClasses, (c) => rows.weight[c]!),
        columnWeight: Uint32Array.from(columnClasses, (c) => columns.weight[c]!),
      }),
      rowStart,
      rowIdentity,
      columnStart,
      columnEntitlement,
    })
  }
  return components
}

/** Numbers the distinct lists in the order of their first occurrence. Empty lists get no number. */
function mergeEqual(offset: Uint32Array, values: Uint32Array, tag: Int32Array | undefined): Merged {
  const total = offset.length - 1
  const classOf = new Int32Array(total).fill(-1)
  const first: number[] = []
  const weight: number[] = []
  const chain: number[] = []
  const heads = new Map<number, number>()
  for (let i = 0; i < total; i++) {
    const start = offset[i]!
    const end = offset[i + 1]!
    if (start === end) continue
    let hash = end - start
    for (let at = start; at < end; at++) {
      hash = Math.imul(hash ^ values[at]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    let found = heads.get(hash) ?? -1
    while (found >= 0 && !isEqual(offset, values, first[found]!, i, tag)) found = chain[found]!
    if (found < 0) {
      found = first.length
      first.push(i)
      weight.push(0)
      chain.push(heads.get(hash) ?? -1)
      heads.set(hash, found)
    }
    classOf[i] = found
    weight[found]!++
  }
  return { count: first.length, classOf, first: Uint32Array.from(first), weight: Uint32Array.from(weight) }
}

function isEqual(offset: Uint32Array, values: Uint32Array, a: number, b: number, tag: Int32Array | undefined): boolean {
  const length = offset[a + 1]! - offset[a]!
  if (offset[b + 1]! - offset[b]! !== length) return false
  if (tag !== undefined && tag[a] !== tag[b]) return false
  const from = offset[a]!
  const to = offset[b]!
  for (let i = 0; i < length; i++) if (values[from + i] !== values[to + i]) return false
  return true
}

/** Numbers the connected parts, and returns how many there are. */
function connect(
  rows: Merged,
  columns: Merged,
  { rowOffset, rowEntitlement }: AccessRows,
  columnOffset: Uint32Array,
  columnIdentity: Uint32Array,
  componentOfRow: Int32Array,
  componentOfColumn: Int32Array,
): number {
  componentOfRow.fill(-1)
  componentOfColumn.fill(-1)
  let count = 0
  const waiting: number[] = []
  for (let start = 0; start < rows.count; start++) {
    if (componentOfRow[start]! >= 0) continue
    componentOfRow[start] = count
    waiting.push(start)
    for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
      const identity = rows.first[row]!
      for (let g = rowOffset[identity]!; g < rowOffset[identity + 1]!; g++) {
        const column = columns.classOf[rowEntitlement[g]!]!
        if (componentOfColumn[column]! >= 0) continue
        componentOfColumn[column] = count
        const entitlement = columns.first[column]!
        for (let at = columnOffset[entitlement]!; at < columnOffset[entitlement + 1]!; at++) {
          const other = rows.classOf[columnIdentity[at]!]!
          if (componentOfRow[other]! >= 0) continue
          componentOfRow[other] = count
          waiting.push(other)
        }
      }
    }
    count++
  }
  return count
}

/** For each component its classes, by ascending length of their lists, and for each class its number there. */
function numberInside(merged: Merged, componentOf: Int32Array, componentCount: number, offset: Uint32Array) {
  const classes: number[][] = Array.from({ length: componentCount }, () => [])
  for (let c = 0; c < merged.count; c++) classes[componentOf[c]!]!.push(c)
  const length = (c: number) => offset[merged.first[c]! + 1]! - offset[merged.first[c]!]!
  const numberOf = new Uint32Array(merged.count)
  const sorted = classes.map((list) => sortedBy(length, list))
  for (const list of sorted) for (let i = 0; i < list.length; i++) numberOf[list[i]!] = i
  return { classes: sorted, numberOf }
}

/** A counting sort: of equal lengths, those that come first in the list stay first. */
function sortedBy(length: (item: number) => number, list: readonly number[]): Uint32Array {
  const most = list.reduce((most, item) => Math.max(most, length(item)), 0)
  const next = new Uint32Array(most + 2)
  for (const item of list) next[length(item) + 1]!++
  for (let l = 0; l <= most; l++) next[l + 1]! += next[l]!
  const sorted = new Uint32Array(list.length)
  for (const item of list) sorted[next[length(item)]!++] = item
  return sorted
}

function membersOf({ count, classOf, weight }: Merged): { start: Uint32Array; members: Uint32Array } {
  const start = new Uint32Array(count + 1)
  for (let c = 0; c < count; c++) start[c + 1] = start[c]! + weight[c]!
  const next = start.slice(0, count)
  const members = new Uint32Array(start[count]!)
  for (let i = 0; i < classOf.length; i++) if (classOf[i]! >= 0) members[next[classOf[i]!]!++] = i
  return { start, members }
}

function gather(
  classes: Uint32Array,
  { start, members }: { start: Uint32Array; members: Uint32Array },
): [Uint32Array, Uint32Array] {
  const offset = new Uint32Array(classes.length + 1)
  const list: number[] = []
  for (let i = 0; i < classes.length; i++) {
    for (let at = start[classes[i]!]!; at < start[classes[i]! + 1]!; at++) list.push(members[at]!)
    offset[i + 1] = list.length
  }
  return [offset, Uint32Array.from(list)]
}
