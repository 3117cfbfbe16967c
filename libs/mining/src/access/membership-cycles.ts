/** Memberships by holder, in compressed sparse rows. */
interface HeldRows {
  readonly heldOffset: Uint32Array
  readonly heldEntitlement: Uint32Array
}

interface Cycles {
  /** The component of each entitlement, -1 for entitlements that are not groups. */
  readonly component: Int32Array
  readonly componentCount: number
  /** The groups, component by component. */
  readonly order: Uint32Array
}

/**
 * The strongly connected components of the groups: groups that lead to each other are one component. A component has a higher number than
 * the components that it leads to. This is Tarjan's algorithm with an explicit stack, since groups may be nested a hundred thousand deep.
 */
export function cyclesOf({ heldOffset, heldEntitlement }: HeldRows): Cycles {
  const count = heldOffset.length - 1
  const component = new Int32Array(count).fill(-1)
  /** The order in which each group was visited, from 1; 0 for groups not visited yet. */
  const met = new Uint32Array(count)
  /** The earliest group on the stack that is known to be reachable from it. */
  const low = new Uint32Array(count)
  const next = new Uint32Array(count)
  const path = new Uint32Array(count)
  const open = new Uint32Array(count)
  const order = new Uint32Array(count)
  let clock = 0
  let componentCount = 0
  let openCount = 0
  let done = 0
  for (let root = 0; root < count; root++) {
    if (met[root] !== 0 || heldOffset[root] === heldOffset[root + 1]) continue
    let depth = 0
    enter(root)
    while (depth > 0) {
      const group = path[depth - 1]!
      if (next[group]! < heldOffset[group + 1]!) {
        const held = heldEntitlement[next[group]!++]!
        if (heldOffset[held] === heldOffset[held + 1]) continue
        if (met[held] === 0) enter(held)
        else if (component[held]! < 0 && met[held]! < low[group]!) low[group] = met[held]!
        continue
      }
      depth--
      if (depth > 0 && low[group]! < low[path[depth - 1]!]!) low[path[depth - 1]!] = low[group]!
      if (low[group]! < met[group]!) continue
      for (let last = -1; last !== group; ) {
        last = open[--openCount]!
        component[last] = componentCount
        order[done++] = last
      }
      componentCount++
    }

    function enter(group: number): void {
      met[group] = low[group] = ++clock
      next[group] = heldOffset[group]!
      path[depth++] = group
      open[openCount++] = group
    }
  }
  return { component, componentCount, order: order.slice(0, done) }
}
