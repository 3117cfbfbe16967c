/** Lists of numbers in compressed sparse rows. */
export interface Lists {
  readonly offset: Uint32Array
  readonly value: Uint16Array | Uint32Array
}

/** The number of sets that are compared with all others. Each further one is placed behind the most similar set. */
const mostPlaced = 1_000
/** The number of sets with the same largest role that are compared. */
const mostAlike = 64

/** Items with the same roles. */
interface ItemSet {
  /** Ascending. */
  readonly roles: readonly number[]
  readonly items: number[]
  /** The number of cells of its roles. */
  readonly area: number
}

/**
 * Orders rows (or columns) so that roles are split as little as possible: ADVISER (Colantonio, Di Pietro, Ocello and Verde, "Visual role
 * mining: a picture is worth a thousand roles", IEEE TKDE 24/6, 2012). Items with the same roles form a set. The sets with the largest
 * roles come first. Each set goes to the position where it is most similar to its neighbours, and at least as similar to them as they are
 * to each other. The cost grows with the square of the number of sets. So after a thousand sets, the rest, which have the smallest roles,
 * go behind the most similar set with the same largest role. Items without roles come last.
 * @param rolesOf roles of each item, ascending
 * @param areas cells of each role
 * @param places the order within a set and of items without roles; see `ascendingPlaces`
 */
export function orderByRoles(rolesOf: Lists, areas: Float64Array, places: Uint32Array): Uint32Array {
  const { sets, without } = setsOf(rolesOf, areas, places)
  sets.sort((a, b) => b.area - a.area || firstDifference(a.roles, b.roles))
  const placed: ItemSet[] = []
  for (const set of sets.slice(0, mostPlaced)) placed.splice(placeOf(set, placed, areas), 0, set)
  const { behind, last } = placeOthers(sets.slice(mostPlaced), placed, areas)
  const order = new Uint32Array(places.length)
  let at = 0
  const append = ({ items }: ItemSet) => {
    for (const item of items) order[at++] = item
  }
  for (const [place, set] of placed.entries()) {
    append(set)
    behind.get(place)?.forEach(append)
  }
  last.forEach(append)
  for (const item of without) order[at++] = item
  return order
}

/** Finds the sets by a path through their roles, so that no text is built for each item. */
function setsOf({ offset, value }: Lists, areas: Float64Array, places: Uint32Array) {
  const paths = new Map<number, number>()
  const byPath = new Map<number, ItemSet>()
  const without: number[] = []
  for (const item of places) {
    if (offset[item] === offset[item + 1]) {
      without.push(item)
      continue
    }
    let path = 0
    for (let at = offset[item]!; at < offset[item + 1]!; at++) {
      const step = path * areas.length + value[at]!
      const known = paths.get(step)
      path = known ?? paths.size + 1
      if (known === undefined) paths.set(step, path)
    }
    const set = byPath.get(path)
    if (set === undefined) {
      const roles = Array.from(value.subarray(offset[item], offset[item + 1]))
      byPath.set(path, { roles, items: [item], area: roles.reduce((sum, role) => sum + areas[role]!, 0) })
    } else set.items.push(item)
  }
  return { sets: [...byPath.values()], without }
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length && at < b.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!
  return a.length - b.length
}

/** The share of the cells of two sets' roles that belongs to roles of both. */
function alikeness(a: ItemSet, b: ItemSet, areas: Float64Array): number {
  let both = 0
  let at = 0
  for (const role of a.roles) {
    while (at < b.roles.length && b.roles[at]! < role) at++
    if (b.roles[at] === role) both += areas[role]!
  }
  const either = a.area + b.area - both
  return either === 0 ? 0 : both / either
}

/** The position of a set: at an end, or between two sets that are at most as similar to each other as it is to both. */
function placeOf(set: ItemSet, placed: readonly ItemSet[], areas: Float64Array): number {
  const like = placed.map((one) => alikeness(set, one, areas))
  if (placed.length < 2) return placed.length
  const last = placed.length - 1
  let best = like[0]! > like[last]! ? 0 : placed.length
  let most = Math.max(like[0]!, like[last]!)
  for (let at = 1; at < placed.length; at++) {
    const nearer = Math.max(like[at - 1]!, like[at]!)
    // The comparison with both neighbours is computed only where it can decide.
    if (nearer <= most) continue
    if (Math.min(like[at - 1]!, like[at]!) < alikeness(placed[at - 1]!, placed[at]!, areas)) continue
    best = at
    most = nearer
  }
  return best
}

/** The sets without a separate position: by the position of the set that each follows, and the ones that come last. */
function placeOthers(sets: readonly ItemSet[], placed: readonly ItemSet[], areas: Float64Array) {
  const behind = new Map<number, ItemSet[]>()
  const last = new Map<number, ItemSet[]>()
  const placesOf = new Map<number, number[]>()
  if (sets.length > 0) for (const [place, set] of placed.entries()) addTo(placesOf, largestRole(set, areas), place)
  for (const set of sets) {
    const largest = largestRole(set, areas)
    const near = placesOf.get(largest)
    // Between sets with another largest role it would split that role.
    if (near === undefined) {
      addTo(last, largest, set)
      continue
    }
    let best = near[0]!
    let most = -1
    for (const place of near.slice(0, mostAlike)) {
      const like = alikeness(set, placed[place]!, areas)
      if (like > most) [best, most] = [place, like]
    }
    addTo(behind, best, set)
  }
  const byArea = [...last].sort(([a], [b]) => areas[b]! - areas[a]! || a - b)
  return { behind, last: byArea.flatMap(([, own]) => own) }
}

function addTo<Value>(lists: Map<number, Value[]>, key: number, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function largestRole({ roles }: ItemSet, areas: Float64Array): number {
  let largest = roles[0]!
  for (const role of roles) if (areas[role]! > areas[largest]!) largest = role
  return largest
}
