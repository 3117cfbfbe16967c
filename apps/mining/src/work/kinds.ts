import { type CallerAccess, requireAccess } from '@assay/auth'
import { Work_Kind as Kind } from '@assay/contracts/assay/work/v1/work_service_pb'

interface KnownKind {
  readonly kind: Kind
  /** The right that a caller needs to cancel it; undefined for work that cannot be cancelled. */
  readonly cancelledBy?: CallerAccess['right']
  /** The member of the job's payload with the id of its subject. */
  readonly about?: string
}

/** The work that people see, by its queue. */
const kinds: Readonly<Record<string, KnownKind>> = {
  'source-load': { kind: Kind.LOAD, cancelledBy: 'administer', about: 'loadId' },
  'source-composition': { kind: Kind.COMPOSITION, cancelledBy: 'administer' },
  'source-pull': { kind: Kind.PULL, cancelledBy: 'administer' },
  'import-commit': { kind: Kind.IMPORT, cancelledBy: 'administer', about: 'importId' },
  analysis: { kind: Kind.ANALYSIS, cancelledBy: 'mine', about: 'runId' },
  'custom-analysis': { kind: Kind.CUSTOM_ANALYSIS, cancelledBy: 'mine', about: 'analysisId' },
  'role-model': { kind: Kind.ROLE_MODEL, cancelledBy: 'mine', about: 'modelId' },
  'session-calculation': { kind: Kind.SESSION, cancelledBy: 'mine', about: 'sessionId' },
  'potential-role-export': { kind: Kind.EXPORT, cancelledBy: 'mine', about: 'exportId' },
  'potential-role-provision': { kind: Kind.PROVISION, about: 'potentialRoleId' },
  'session-discovery': { kind: Kind.DISCOVERY, about: 'importId' },
  membership: { kind: Kind.MEMBERSHIP },
  readiness: { kind: Kind.READINESS, about: 'importId' },
  'load-change': { kind: Kind.CHANGES },
}

/** Work that is part of other work, or for which no user waits. */
export const unseenQueues = [
  'export-expiry',
  'population-mining',
  'replaced-grants',
  'review-reminder',
  'scheduled-analysis',
  'session-mail',
  'webhook-delivery',
] as const

export const seenQueues = Object.keys(kinds)
export const cancellableQueues = seenQueues.filter((queue) => kinds[queue]?.cancelledBy !== undefined)

export function kindOf(queue: string): KnownKind {
  return kinds[queue] ?? { kind: Kind.UNSPECIFIED }
}

/** @throws permission_denied for a caller who may not cancel work of the queue */
export function requireMayCancel(caller: Parameters<typeof requireAccess>[0], queue: string): void {
  const { cancelledBy } = kindOf(queue)
  // The scopes of the caller were checked for the call itself.
  if (cancelledBy !== undefined) requireAccess({ role: caller.role }, { right: cancelledBy })
}
