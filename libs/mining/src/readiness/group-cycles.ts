import { type Found, FoundList } from './found.ts'

/** Groups in groups: entitlement `holder[i]` holds entitlement `held[i]`. Both are ordinals of the snapshot. */
export interface Memberships {
  readonly holder: Uint32Array
  readonly held: Uint32Array
}

export interface GroupsReadiness {
  /** Groups that are held by groups, and the pairs. */
  readonly memberships: Found<readonly [number, number]>
  /** Cycles: sets of groups of which each holds all others. Examples are the first two of one. */
  readonly cycles: Found<readonly [number, number]>
}

/** Strongly connected components by Tarjan's algorithm, without recursion: depth is the data's to choose. */
export function groupsReadiness({ holder, held }: Memberships, entitlementCount: number): GroupsReadiness {
  const memberships = new FoundList<readonly [number, number]>()
  for (let i = 0; i < holder.length; i++) memberships.add([holder[i], held[i]])
  const offset = new Uint32Array(entitlementCount + 1)
  for (const group of holder) offset[group + 1]++
  for (let e = 0; e < entitlementCount; e++) offset[e + 1] += offset[e]
  const next = offset.slice()
  const target = new Uint32Array(held.length)
  for (let i = 0; i < holder.length; i++) target[next[holder[i]]++] = held[i]

  const number = new Int32Array(entitlementCount).fill(-1)
  const low = new Int32Array(entitlementCount)
  const isOpen = new Uint8Array(entitlementCount)
  const position = offset.slice()
  const cycles: (readonly [number, number])[] = []
  const open: number[] = []
  const path: number[] = []
  let numbered = 0
  for (let root = 0; root < entitlementCount; root++) {
    if (number[root] >= 0 || offset[root] === offset[root + 1]) continue
    path.push(root)
    while (path.length > 0) {
      const e = path[path.length - 1]
      if (number[e] < 0) {
        number[e] = low[e] = numbered++
        isOpen[e] = 1
        open.push(e)
      }
      if (position[e] < offset[e + 1]) {
        const to = target[position[e]++]
        if (number[to] < 0) path.push(to)
        else if (isOpen[to] === 1) low[e] = Math.min(low[e], number[to])
        continue
      }
      path.pop()
      if (path.length > 0) low[path[path.length - 1]] = Math.min(low[path[path.length - 1]], low[e])
      if (low[e] !== number[e]) continue
      const members: number[] = []
      for (let member = -1; member !== e; ) {
        member = open.pop() as number
        isOpen[member] = 0
        members.push(member)
      }
      members.sort((a, b) => a - b)
      if (members.length > 1) cycles.push([members[0], members[1]])
    }
  }
  const list = new FoundList<readonly [number, number]>()
  for (const cycle of cycles.sort((a, b) => a[0] - b[0])) list.add(cycle)
  return { memberships: memberships.found(), cycles: list.found() }
}
