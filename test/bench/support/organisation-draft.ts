import { listsFrom, rowsFromGrants, type SnapshotParts } from '@assay/mining'

type ValueLists = NonNullable<SnapshotParts['attributes'][number]['lists']>

/** A role that was planted in the data, before noise; both lists ascend. */
export interface PlantedRole {
  readonly kind: string
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
}

/** An organisation whose roles are known: the input of a miner, and the truth. */
export interface PlantedOrganisation {
  readonly parts: SnapshotParts
  readonly roles: readonly PlantedRole[]
  /** The entitlements that the roles give, as rows in the form of the parts. */
  readonly truth: { readonly rowOffset: Uint32Array; readonly rowEntitlement: Uint32Array }
}

/** How much of the data is wrong, as shares. */
export interface Dirt {
  /** The share of the planted grants that are left out. */
  readonly missing: number
  /** The number of added grants, as a share of the planted ones. */
  readonly extra: number
  /** The shares of the attribute values that are blank, another person's, or written in another case. */
  readonly blank: number
  readonly wrong: number
  readonly cased: number
}

/** People and roles while an organisation is drawn up: entitlements are numbered as roles are added. */
export class OrganisationDraft {
  readonly identityCount: number
  readonly random: () => number
  private readonly attributes: { readonly key: string; readonly values: readonly string[] }[] = []
  private readonly lists: { readonly key: string; readonly values: readonly (readonly string[])[] }[] = []
  private readonly roles: PlantedRole[] = []
  private entitlementCount = 0

  constructor(identityCount: number, seed: number) {
    this.identityCount = identityCount
    this.random = mulberry32(seed)
  }

  pick(count: number): number {
    return Math.floor(this.random() * count)
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.pick(most - least + 1)
  }

  /** Numbers below `count`, where number r comes 1 / (r + 1) ** `exponent` as often as number 0. */
  zipf(count: number, exponent = 1): () => number {
    const upTo = new Float64Array(count)
    let sum = 0
    for (let r = 0; r < count; r++) {
      sum += (r + 1) ** -exponent
      upTo[r] = sum
    }
    return () => {
      const wanted = this.random() * sum
      const at = upTo.findIndex((reached) => wanted < reached)
      return at < 0 ? count - 1 : at
    }
  }

  attribute(key: string, value: (person: number) => string): void {
    this.attributes.push({ key, values: Array.from({ length: this.identityCount }, (_, person) => value(person)) })
  }

  /** An attribute of which a person has any number of values. */
  list(key: string, values: (person: number) => readonly string[]): void {
    this.lists.push({ key, values: Array.from({ length: this.identityCount }, (_, person) => values(person)) })
  }

  /** Plants a role with `size` new entitlements and those of `lent`; no role when there are too few members. */
  role(kind: string, isMember: (person: number) => boolean, size: number, lent: readonly number[] = []): PlantedRole {
    const members: number[] = []
    for (let person = 0; person < this.identityCount; person++) if (isMember(person)) members.push(person)
    const own = Array.from({ length: size }, (_, i) => this.entitlementCount + i)
    const role = {
      kind,
      identities: Uint32Array.from(members),
      entitlements: Uint32Array.from(new Set([...own, ...lent])).sort(),
    }
    if (members.length < 5) return role
    this.entitlementCount += size
    this.roles.push(role)
    return role
  }

  finish(dirt: Dirt): PlantedOrganisation {
    const truth = this.plantedRows()
    const granted = this.withNoise(truth, dirt)
    return {
      parts: {
        identityKey: Int32Array.from({ length: this.identityCount }, (_, i) => i + 1),
        entitlementKey: Int32Array.from({ length: this.entitlementCount }, (_, e) => e + 1),
        applicationKey: Int32Array.from({ length: 40 }, (_, a) => a + 1),
        entitlementApplication: Int32Array.from({ length: this.entitlementCount }, (_, e) => e % 40),
        identityStatus: new Uint8Array(this.identityCount),
        identityType: new Uint8Array(this.identityCount),
        ...granted,
        attributes: [
          ...this.attributes.map(({ key, values }) => dictionaryOf(key, this.dirty(values, dirt))),
          ...this.lists.map(({ key, values }) => this.dirtyList(key, values, dirt)),
        ],
      },
      roles: this.roles,
      truth,
    }
  }

  private plantedRows() {
    const identity: number[] = []
    const entitlement: number[] = []
    for (const role of this.roles) {
      for (const person of role.identities) {
        for (const e of role.entitlements) {
          identity.push(person)
          entitlement.push(e)
        }
      }
    }
    return this.rows(identity, entitlement)
  }

  private withNoise({ rowOffset, rowEntitlement }: PlantedOrganisation['truth'], { missing, extra }: Dirt) {
    const identity: number[] = []
    const entitlement: number[] = []
    for (let person = 0; person < this.identityCount; person++) {
      for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
        if (this.random() >= missing) {
          identity.push(person)
          entitlement.push(rowEntitlement[at]!)
        }
        if (this.random() < extra) {
          identity.push(this.pick(this.identityCount))
          entitlement.push(this.pick(this.entitlementCount))
        }
      }
    }
    return this.rows(identity, entitlement)
  }

  private rows(identity: readonly number[], entitlement: readonly number[]) {
    const { identityCount, entitlementCount } = this
    return rowsFromGrants(
      { identityCount, entitlementCount },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    )
  }

  /** Each value of a list is changed independently. */
  private dirtyList(key: string, rows: readonly (readonly string[])[], dirt: Dirt) {
    const { values, column } = dictionaryOf(key, this.dirty(rows.flat(), dirt))
    let at = 0
    const ordinals = rows.map((row) => row.map(() => column[at++]!).filter((ordinal) => ordinal >= 0))
    return { key, values, lists: listsFrom(ordinals) }
  }

  private dirty(values: readonly string[], { blank, wrong, cased }: Dirt): string[] {
    return values.map((value) => {
      const fate = this.random()
      if (fate < blank) return fate < blank / 2 ? '' : 'N/A'
      if (fate < blank + wrong) return values[this.pick(values.length)]!
      if (fate < blank + wrong + cased) return this.random() < 0.5 ? value.toUpperCase() : `${value.toLowerCase()} `
      return value
    })
  }
}

/** One attribute of a snapshot; an empty string is none. */
export function dictionaryOf(key: string, cells: readonly string[]) {
  const ordinals = new Map<string, number>()
  const column = Int32Array.from(cells, (cell) => {
    if (cell === '') return -1
    const ordinal = ordinals.get(cell) ?? ordinals.size
    ordinals.set(cell, ordinal)
    return ordinal
  })
  return { key, values: [...ordinals.keys()], column }
}

/** The ordinals of one person's list. */
export function rowOf({ offset, value }: ValueLists, person: number): number[] {
  return [...value.subarray(offset[person], offset[person + 1])]
}

/** A small seeded generator, the same on every machine. */
export function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
