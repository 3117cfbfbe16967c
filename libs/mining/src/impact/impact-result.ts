/** Pairs of identity and entitlement, and how many of them are of a kind. */
export interface ImpactCount {
  readonly cells: number
  readonly privileged: number
  readonly risky: number
  /** Assigned, with a known last use that is too long ago. */
  readonly unused: number
  /** In breach of a separation of duties: today, and of gains, once the candidate is given. */
  readonly breaching: number
}

/** Those whom the figures leave out: they lose nothing. */
export interface ApartCount {
  readonly members: number
  /** Pairs that members of this kind would get. */
  readonly gains: number
  /** All who hold any of the entitlements, members or not, and the pairs that they hold. */
  readonly holders: number
  readonly held: number
}

export const impactKinds = ['gains', 'alreadyHeld', 'replaced', 'losses', 'unchanged'] as const
export type ImpactKind = (typeof impactKinds)[number]

/** One number each for the listed identities, or for the candidate's entitlements by position. */
export type ImpactColumns = Readonly<Record<ImpactKind, Uint32Array>>

interface IdentityImpact extends ImpactColumns {
  /** Enabled people who hold or get any of the entitlements, ordinals, ascending; the columns are parallel. */
  readonly identity: Uint32Array
  /** Pairs that somebody gains or loses and whose entitlement is privileged, or at the risk level. */
  readonly privilegedChanges: Uint32Array
  readonly riskyChanges: Uint32Array
  /** 1 for members of the candidate. */
  readonly isMember: Uint8Array
}

/** What a candidate changes. Enabled people only, apart from `services` and `disabled`. */
export interface CandidateImpact {
  /** gains + alreadyHeld = members x entitlements; alreadyHeld of members and all that others hold = replaced + losses + unchanged. */
  readonly totals: Readonly<Record<ImpactKind, ImpactCount>>
  /** The part of what members hold already that only groups give them. */
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
