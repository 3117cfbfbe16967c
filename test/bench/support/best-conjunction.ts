import type { SnapshotParts } from '@assay/mining'

/** Most values that one role is asked about: those that most of its members share. */
const mostValues = 12

/**
 * How well any conjunction of up to three attribute values can name given members: the highest Jaccard similarity.
 * Values that differ in case or in surrounding blanks count as one, and "N/A" and "-" as none.
 */
export class BestConjunction {
  private readonly columns: readonly Int32Array[]
  private readonly persons: Uint32Array

  constructor({ attributes, identityStatus, identityType }: SnapshotParts) {
    this.persons = Uint32Array.from(identityStatus.keys()).filter(
      (i) => identityStatus[i] === 0 && identityType[i] === 0,
    )
    // Lists are left out: none of the organisations has one.
    this.columns = attributes.flatMap(({ values, column }) => {
      if (column === undefined) return []
      const ordinals = new Map<string, number>()
      const folded = values.map((value) => {
        const plain = value.trim().toLowerCase()
        if (plain === '' || plain === 'n/a' || plain === '-') return -1
        if (!ordinals.has(plain)) ordinals.set(plain, ordinals.size)
        return ordinals.get(plain)!
      })
      return [column.map((value) => (value < 0 ? -1 : folded[value]!))]
    })
  }

  /** The similarity, and those of the members whom the best conjunction names. */
  of(members: Uint32Array): { readonly jaccard: number; readonly named: Uint32Array } {
    const wanted = this.valuesOf(members)
    // Who matches which values, as a mask of bits: for members and for everyone.
    const ofMembers = this.masksOf(members, wanted)
    const ofAll = this.masksOf(this.persons, wanted)
    let best = 0
    let bestMask = 0
    for (const mask of masks(wanted.length)) {
      const common = countWith(ofMembers, mask)
      if (common === 0) continue
      const jaccard = common / (countWith(ofAll, mask) + members.length - common)
      if (jaccard <= best) continue
      best = jaccard
      bestMask = mask
    }
    return { jaccard: best, named: members.filter((person) => (maskOf(person, wanted) & bestMask) === bestMask) }
  }

  private valuesOf(members: Uint32Array): { readonly column: Int32Array; readonly value: number }[] {
    const found: { readonly column: Int32Array; readonly value: number; readonly count: number }[] = []
    for (const column of this.columns) {
      const counts = new Map<number, number>()
      for (const person of members) {
        if (column[person]! >= 0) counts.set(column[person]!, (counts.get(column[person]!) ?? 0) + 1)
      }
      for (const [value, count] of counts) if (count * 2 >= members.length) found.push({ column, value, count })
    }
    return found.sort((a, b) => b.count - a.count).slice(0, mostValues)
  }

  private masksOf(
    persons: Uint32Array,
    wanted: readonly { readonly column: Int32Array; readonly value: number }[],
  ): Map<number, number> {
    const counts = new Map<number, number>()
    for (const person of persons) {
      const mask = maskOf(person, wanted)
      if (mask !== 0) counts.set(mask, (counts.get(mask) ?? 0) + 1)
    }
    return counts
  }
}

function maskOf(person: number, wanted: readonly { readonly column: Int32Array; readonly value: number }[]): number {
  let mask = 0
  for (let w = 0; w < wanted.length; w++) if (wanted[w]!.column[person] === wanted[w]!.value) mask |= 1 << w
  return mask
}

function countWith(counts: ReadonlyMap<number, number>, mask: number): number {
  let sum = 0
  for (const [other, count] of counts) if ((other & mask) === mask) sum += count
  return sum
}

/** All masks of one to three bits. */
function masks(count: number): number[] {
  const found: number[] = []
  for (let a = 0; a < count; a++) {
    found.push(1 << a)
    for (let b = a + 1; b < count; b++) {
      found.push((1 << a) | (1 << b))
      for (let c = b + 1; c < count; c++) found.push((1 << a) | (1 << b) | (1 << c))
    }
  }
  return found
}
