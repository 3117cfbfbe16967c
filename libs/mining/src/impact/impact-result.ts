/** A number of pairs of identity and entitlement, and the parts of it with certain properties. */
export interface ImpactCount {
  readonly cells: number
  readonly privileged: number
  readonly risky: number
  /** Assigned pairs whose known last use is too long ago. */
  readonly unused: number
  /** Pairs in breach of a separation of duties: held pairs by today's access, gains by the access after the candidate is given. */
  readonly breaching: number
}

/** Identities that the figures exclude. They lose nothing. */
export interface ApartCount {
  readonly members: number
  /** Pairs that members of this kind would get. */
  readonly gains: number
  /** All identities that hold any of the entitlements, members or not, and the pairs that they hold. */
  readonly holders: number
  readonly held: number
}

export const impactKinds = ['gains', 'alreadyHeld', 'replaced', 'losses', 'unchanged'] as const
export type ImpactKind = (typeof impactKinds)[number]

/** One number for each listed identity, or for each entitlement of the candidate by position. */
export type ImpactColumns = Readonly<Record<ImpactKind, Uint32Array>>

interface IdentityImpact extends ImpactColumns {
  /** Enabled people who hold or get any of the entitlements, ordinals, ascending; the columns are parallel. */
  readonly identity: Uint32Array
  /** Pairs that are gained or lost and whose entitlement is privileged, or has at least the risk level. */
  readonly privilegedChanges: Uint32Array
  readonly riskyChanges: Uint32Array
  /** 1 for members of the candidate. */
  readonly isMember: Uint8Array
}

/** The changes of a candidate. Enabled people only, apart from `services` and `disabled`. */
export interface CandidateImpact {
  /**
   * gains + alreadyHeld = members x entitlements; alreadyHeld of members plus all pairs that others hold = replaced + losses + unchanged.
   */
  readonly totals: Readonly<Record<ImpactKind, ImpactCount>>
  /** The part of `alreadyHeld` that members have only through groups. */
  readonly heldByGroupsAlone: number
  readonly members: number
  /** Members who gain something, and people who lose something. */
  readonly gainingPeople: number
  readonly losingPeople: number
  readonly services: ApartCount
  readonly disabled: ApartCount
  readonly entitlements: ImpactColumns
  readonly identities: IdentityImpact
}
