import type { CandidateSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'

/** The kinds of candidates by their words in addresses: `suggestion:<id>`. */
const kinds = {
  suggestion: 'suggestionId',
  draft: 'draftId',
  profile: 'accessProfileId',
  role: 'potentialRoleId',
} as const
export type CandidateKind = keyof typeof kinds

export interface Reference {
  readonly kind: CandidateKind
  readonly id: string
}

/** The candidate that a text in the address names; undefined when it names none. */
export function readReference(text: unknown): Reference | undefined {
  if (typeof text !== 'string') return undefined
  const [kind = '', ...rest] = text.split(':')
  const id = rest.join(':')
  return Object.hasOwn(kinds, kind) && id !== '' ? { kind: kind as CandidateKind, id } : undefined
}

export function writeReference({ kind, id }: Reference): string {
  return `${kind}:${id}`
}

type Candidate = MessageInitShape<typeof CandidateSchema>

/** The reference to a candidate in calls. */
export function candidateOf({ kind, id }: Reference, edits?: Candidate['edits']): Candidate {
  return { source: { case: kinds[kind], value: id }, ...(edits && { edits }) }
}
