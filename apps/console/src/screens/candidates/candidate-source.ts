import { type InboxCandidate, InboxKind } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import type { Reference } from '../compare/reference.ts'

type Named = Pick<InboxCandidate, 'id' | 'kind'>

/** The reference to a candidate in addresses and on other screens. */
export function referenceOf({ id, kind }: Named): Reference {
  return { kind: kind === InboxKind.POTENTIAL_ROLE ? 'role' : 'suggestion', id }
}

/** The reference to a candidate in calls. */
export function sourceOf({ id, kind }: Named) {
  return kind === InboxKind.POTENTIAL_ROLE
    ? { case: 'potentialRoleId' as const, value: id }
    : { case: 'suggestionId' as const, value: id }
}
