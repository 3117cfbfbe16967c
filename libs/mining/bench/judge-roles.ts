import { matchRoles, type SnapshotParts } from '../src/index.ts'
import type { ScatteredRoles } from './scattered-roles.ts'

export interface Role {
  readonly identities: ArrayLike<number>
  readonly entitlements: ArrayLike<number>
}

export interface Judgement {
  readonly planted: number
  readonly found: number
  readonly mined: number
  readonly spurious: number
  /** Over all roles returned. */
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/**
 * How many planted roles came back. Found: one mined role has a Jaccard similarity of at least 0.9 with it on identities
 * and, the same one, on entitlements. Asked for are planted roles of at least `minIdentities`; a mined role is spurious
 * when it is like no planted role of any size. All lists ascend.
 */
export function judgeRoles(planted: readonly Role[], mined: readonly Role[], minIdentities: number): Judgement {
  const giving = new Map<number, number[]>()
  for (const [r, { entitlements }] of mined.entries()) {
    for (const e of Array.from(entitlements)) {
      const list = giving.get(e)
      if (list === undefined) giving.set(e, [r])
      else list.push(r)
    }
  }
  const used = new Set<number>()
  let asked = 0
  let found = 0
  for (const role of planted) {
    const near = new Set(Array.from(role.entitlements).flatMap((e) => giving.get(e) ?? []))
    const same = [...near].filter(
      (r) =>
        jaccard(role.entitlements, mined[r]!.entitlements) >= 0.9 &&
        jaccard(role.identities, mined[r]!.identities) >= 0.9,
    )
    for (const r of same) used.add(r)
    if (role.identities.length < minIdentities) continue
    asked++
    if (same.length > 0) found++
  }
  const precision = mined.length === 0 ? 1 : used.size / mined.length
  const recall = asked === 0 ? 1 : found / asked
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { planted: asked, found, mined: mined.length, spurious: mined.length - used.size, precision, recall, f1 }
}

/** Of two ascending lists. */
function jaccard(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let both = 0
  let j = 0
  for (let i = 0; i < a.length; i++) {
    while (j < b.length && b[j]! < a[i]!) j++
    if (j < b.length && b[j] === a[i]) both++
  }
  return both / (a.length + b.length - both)
}

/** The roles that planted-snapshot.ts made, read off its attributes: its blocks of entitlements, in its order. */
export function withRoles(parts: SnapshotParts): ScatteredRoles {
  const identityCount = parts.identityKey.length
  const column = (key: string) =>
    parts.attributes.find((attribute) => attribute.key === key)?.column ?? new Int32Array(0)
  const department = column('department')
  const title = column('job_title')
  const location = column('location')
  const departmentCount = Math.max(2, Math.round(identityCount / 1000))
  const locationCount = Math.min(40, Math.max(2, Math.round(identityCount / 500)))
  const kinds: readonly (readonly [number, number, (i: number) => number])[] = [
    [departmentCount, 40, (i) => department[i]!],
    [departmentCount * 10, 25, (i) => title[i]!],
    [locationCount, 12, (i) => location[i]!],
    [departmentCount * locationCount, 4, (i) => department[i]! * locationCount + location[i]!],
  ]
  const roles: { identities: Uint32Array; entitlements: Uint32Array }[] = []
  let start = 8
  for (const [count, size, groupOf] of kinds) {
    const members: number[][] = Array.from({ length: count }, () => [])
    for (let i = 0; i < identityCount; i++) members[groupOf(i)]!.push(i)
    for (const [value, list] of members.entries()) {
      const entitlements = Uint32Array.from({ length: size }, (_, e) => start + value * size + e)
      if (list.length > 0) roles.push({ identities: Uint32Array.from(list), entitlements })
    }
    start += count * size
  }
  return { parts, roles }
}

/** 3 of 100 identities get the whole access and all attributes of another, as when people change places. */
export function churned(parts: SnapshotParts): SnapshotParts {
  const count = parts.identityKey.length
  const source = Uint32Array.from({ length: count }, (_, i) => (i % 33 === 0 ? (i * 7919 + 13) % count : i))
  const rowOffset = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) {
    rowOffset[i + 1] = rowOffset[i]! + parts.rowOffset[source[i]! + 1]! - parts.rowOffset[source[i]!]!
  }
  const rowEntitlement = new Uint32Array(rowOffset[count]!)
  for (let i = 0; i < count; i++) {
    rowEntitlement.set(
      parts.rowEntitlement.subarray(parts.rowOffset[source[i]!], parts.rowOffset[source[i]! + 1]),
      rowOffset[i],
    )
  }
  const attributes = parts.attributes.map(({ key, values, column = new Int32Array(count).fill(-1) }) => ({
    key,
    values,
    column: Int32Array.from(source, (from) => column[from]!),
  }))
  return { ...parts, rowOffset, rowEntitlement, attributes }
}

/** How much of one month's roles is there in the next, and how like: shares of 1. */
export function stabilityOf(before: readonly Role[], after: readonly Role[]) {
  const matches = matchRoles(before, after)
  const jaccards = matches.reduce((sum, { similarity }) => sum + similarity, 0)
  return { matched: matches.length / Math.max(1, before.length), mean: jaccards / Math.max(1, matches.length) }
}
