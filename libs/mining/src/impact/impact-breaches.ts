import { identityStatuses, identityTypes } from '../snapshot.ts'
import type { ImpactQuestion } from './impact-question.ts'
import type { ImpactKind } from './impact-result.ts'
import { ImpactRows } from './impact-rows.ts'

/** A policy that concerns entitlements of a candidate. */
interface AskedPolicy {
  readonly excepted: ReadonlySet<number>
  readonly held: Uint8Array
  /** The sides that the candidate gives. */
  readonly given: number
  /** Positions in the candidate that belong to one of the policy's sets. */
  readonly positions: readonly number[]
}

/**
 * Counts the cells in breach of a separation of duties: the entitlement is in one of two separated sets, and the person holds
 * entitlements of both sets. Cells that are held are judged by today's access; gains by the access after the candidate is given. Members
 * lose nothing: they then hold today's access and that of the candidate.
 */
export function impactBreaches(question: ImpactQuestion): Record<ImpactKind, number> {
  const counts = { gains: 0, alreadyHeld: 0, replaced: 0, losses: 0, unchanged: 0 }
  const asked = askedPolicies(question)
  if (asked.length === 0) return counts
  const { identityStatus, identityType, identityCount, identityKey } = question.snapshot
  const rows = new ImpactRows(question)
  const cells = new BreachingCells(question, rows, counts)
  for (let identity = 0; identity < identityCount; identity++) {
    if (identityType[identity] !== identityTypes.human || identityStatus[identity] !== identityStatuses.enabled)
      continue
    if (question.isVisible !== undefined && question.isVisible[identity] === 0) continue
    const isMember = rows.isMember(identity)
    const broken = asked.filter(
      ({ held, given, excepted }) =>
        (held[identity]! | (isMember ? given : 0)) === 3 && !excepted.has(identityKey[identity]!),
    )
    if (broken.length > 0) cells.count(identity, isMember, broken)
  }
  return counts
}

function askedPolicies({ entitlements, separated }: ImpactQuestion): AskedPolicy[] {
  if (separated === undefined) return []
  return separated.policies.flatMap((policy) => {
    const { sides, excepted } = policy
    const positions = [...entitlements.keys()].filter((position) => sides[entitlements[position]!] !== 0)
    if (positions.length === 0) return []
    const given = positions.reduce((all, position) => all | sides[entitlements[position]!]!, 0)
    return { excepted, held: separated.sidesHeld(policy), given, positions }
  })
}

/** Counts the cells, one person after the other. */
class BreachingCells {
  readonly #question: ImpactQuestion
  readonly #rows: ImpactRows
  readonly #counts: Record<ImpactKind, number>
  /**
   * Per position the number of the last person (from 1) who breaks a policy with it today, who would break one with the candidate, and
   * who holds it.
   */
  readonly #today: Uint32Array
  readonly #after: Uint32Array
  readonly #held: Uint32Array

  constructor(question: ImpactQuestion, rows: ImpactRows, counts: Record<ImpactKind, number>) {
    this.#question = question
    this.#rows = rows
    this.#counts = counts
    const { length } = question.entitlements
    this.#today = new Uint32Array(length)
    this.#after = new Uint32Array(length)
    this.#held = new Uint32Array(length)
  }

  count(identity: number, isMember: boolean, broken: readonly AskedPolicy[]): void {
    const rows = this.#rows
    const counts = this.#counts
    const mark = identity + 1
    for (const { held, positions } of broken) {
      for (const position of positions) {
        this.#after[position] = mark
        if (held[identity] === 3) this.#today[position] = mark
      }
    }
    rows.look(identity)
    for (let i = 0; i < rows.heldCount; i++) {
      const position = rows.heldPosition[i]!
      this.#held[position] = mark
      if (this.#today[position] !== mark) continue
      counts[this.#kindOf(isMember, i < rows.assignedCount, position)]++
      if (isMember) counts.alreadyHeld++
    }
    if (!isMember) return
    for (let position = 0; position < this.#after.length; position++)
      if (this.#after[position] === mark && this.#held[position] !== mark) counts.gains++
  }

  #kindOf(isMember: boolean, isAssigned: boolean, position: number): 'replaced' | 'losses' | 'unchanged' {
    if (this.#question.mode === 'add') return 'unchanged'
    if (isMember) return isAssigned ? 'replaced' : 'unchanged'
    return this.#rows.isKept(position) ? 'unchanged' : 'losses'
  }
}
