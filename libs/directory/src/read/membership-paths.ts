/** Memberships among some entitlements. The entitlements are numbered in the order of their ids. */
export interface MembershipGraph {
  readonly count: number
  /** In any order, without repetition. */
  readonly holder: Uint32Array
  readonly entitlement: Uint32Array
}

/** Some paths to an entitlement. */
interface MembershipPaths {
  /** Each path goes from its start to the entitlement. */
  readonly paths: readonly (readonly number[])[]
  /** True when there are more paths, or when the search stopped early. */
  readonly hasMore: boolean
}

/** The limit of steps of a search after its first path. Finding the first path takes no detours. */
const mostSteps = 1_000_000

/**
 * Finds the paths without repetition from any of the starts to an entitlement: the shortest first, then in the order of the ids
 * along them. There may be very many paths, so the search stops after `mostPaths`. It needs the memory of one path.
 *
 * It is iterative deepening: each round walks the paths of one length, in order, and skips nodes that are too far from the target.
 */
export function membershipPaths(
  graph: MembershipGraph,
  starts: Iterable<number>,
  target: number,
  mostPaths: number,
): MembershipPaths {
  const { offset, next } = byHolder(graph)
  const distance = distancesTo(graph, target)
  const inOrder = [...starts].filter((start) => distance[start]! >= 0).sort((a, b) => a - b)
  const paths: number[][] = []
  const isOnPath = new Uint8Array(graph.count)
  const path: number[] = []
  let steps = 0
  for (let length = Math.min(...inOrder.map((start) => distance[start]!)); Number.isFinite(length); ) {
    let nextLength = Number.POSITIVE_INFINITY
    for (const start of inOrder) {
      if (!walk(start)) return { paths, hasMore: true }
    }
    length = nextLength

    /** Returns false when enough paths are known. */
    function walk(start: number): boolean {
      /** The position in the list of neighbours of each node on the path. */
      const at: number[] = []
      if (!enter(start)) return true
      while (path.length > 0) {
        const node = path[path.length - 1]!
        if (node === target && path.length - 1 === length) {
          if (paths.length === mostPaths) return false
          paths.push([...path])
        }
        const place = node === target ? offset[node + 1]! : at[at.length - 1]!++
        if (place >= offset[node + 1]!) {
          isOnPath[node] = 0
          path.pop()
          at.pop()
          continue
        }
        if (++steps > mostSteps && paths.length > 0) return false
        enter(next[place]!)
      }
      return true

      function enter(node: number): boolean {
        if (isOnPath[node] === 1 || distance[node]! < 0) return false
        const least = path.length + distance[node]!
        if (least > length) {
          nextLength = Math.min(nextLength, least)
          return false
        }
        isOnPath[node] = 1
        path.push(node)
        at.push(offset[node]!)
        return true
      }
    }
  }
  return { paths, hasMore: false }
}

function byHolder({ count, holder, entitlement }: MembershipGraph): { offset: Uint32Array; next: Uint32Array } {
  const offset = new Uint32Array(count + 1)
  for (const one of holder) offset[one + 1]!++
  for (let node = 0; node < count; node++) offset[node + 1]! += offset[node]!
  const free = offset.slice(0, count)
  const next = new Uint32Array(holder.length)
  for (let i = 0; i < holder.length; i++) next[free[holder[i]!]!++] = entitlement[i]!
  for (let node = 0; node < count; node++) next.subarray(offset[node], offset[node + 1]).sort()
  return { offset, next }
}

/** The smallest number of memberships from each node to the target; -1 for nodes that do not lead there. */
function distancesTo({ count, holder, entitlement }: MembershipGraph, target: number): Int32Array {
  const { offset, next } = byHolder({ count, holder: entitlement, entitlement: holder })
  const distance = new Int32Array(count).fill(-1)
  distance[target] = 0
  let waiting = [target]
  for (let far = 1; waiting.length > 0; far++) {
    const found: number[] = []
    for (const node of waiting) {
      for (let at = offset[node]!; at < offset[node + 1]!; at++) {
        if (distance[next[at]!]! >= 0) continue
        distance[next[at]!] = far
        found.push(next[at]!)
      }
    }
    waiting = found
  }
  return distance
}
