import { sumAt } from './grow-core.ts'
import type { DraftRole } from './role-book.ts'
import type { RoleGraph } from './role-graph.ts'

/**
 * How many bits a role saves beyond chance. Among N persons and E entitlements, naming its m members and k entitlements costs log2 C(N, m)
 * + log2 C(E, k) bits. For each entitlement the role saves m times the divergence of its members' rate from the rate of all people. In
 * random grants, the best block saves less than its name costs.
 */
export class ChanceTest {
  private readonly personCount: number
  private readonly entitlementCount: number
  /** log2 of i factorial. */
  private readonly logFactorial: Float64Array

  constructor(personCount: number, entitlementCount: number) {
    this.personCount = personCount
    this.entitlementCount = entitlementCount
    this.logFactorial = new Float64Array(Math.max(personCount, entitlementCount) + 1)
    for (let i = 2; i < this.logFactorial.length; i++) this.logFactorial[i] = this.logFactorial[i - 1]! + Math.log2(i)
  }

  /**
   * @param held how many of the `memberCount` members hold each entitlement
   * @param holders how many persons hold it
   */
  gain(memberCount: number, held: ArrayLike<number>, holders: ArrayLike<number>): number {
    let saved = 0
    for (let i = 0; i < held.length; i++) saved += this.saved(memberCount, held[i]!, holders[i]!)
    return saved - this.logChoose(this.personCount, memberCount) - this.logChoose(this.entitlementCount, held.length)
  }

  private saved(memberCount: number, held: number, holders: number): number {
    const rate = holders / this.personCount
    const share = held / memberCount
    if (share <= rate) return 0
    const lacking = memberCount - held
    return held * Math.log2(share / rate) + (lacking === 0 ? 0 : lacking * Math.log2((1 - share) / (1 - rate)))
  }

  private logChoose(all: number, some: number): number {
    return this.logFactorial[all]! - this.logFactorial[some]! - this.logFactorial[all - some]!
  }
}

/** The roles that save bits beyond chance. */
export function withoutChance(graph: RoleGraph, roles: readonly DraftRole[]): readonly DraftRole[] {
  const { columnOffset, columnPerson, personCount, entitlementCount } = graph
  const chance = new ChanceTest(personCount, entitlementCount)
  const isMember = new Uint8Array(personCount)
  return roles.filter(({ members, entitlements }) => {
    for (const person of members) isMember[person] = 1
    const held = entitlements.map((e) => sumAt(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, isMember))
    for (const person of members) isMember[person] = 0
    const holders = entitlements.map((e) => columnOffset[e + 1]! - columnOffset[e]!)
    return chance.gain(members.length, held, holders) > 0
  })
}

/** log2 of the ways to choose some of all, by Stirling's series: close to 2^-20 from 8 on, summed below. */
export function logChoose(all: number, some: number): number {
  return logFactorial(all) - logFactorial(some) - logFactorial(all - some)
}

function logFactorial(n: number): number {
  if (n < 8) {
    let sum = 0
    for (let i = 2; i <= n; i++) sum += Math.log2(i)
    return sum
  }
  const natural = n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3)
  return natural / Math.LN2
}
