import type { Principal } from '@assay/auth'
import { type CandidateData, type CandidateTools, withCandidates } from '@assay/candidates'
import type { SnapshotCache } from '@assay/role-mining'
import { CallPlaces, principalOf } from '@assay/server'
import type { HandlerContext } from '@connectrpc/connect'
import { inCall } from '../profiles/evaluate-in-call.ts'
import { type ServiceContext, untilGone } from '../service-context.ts'

/**
 * The tools for candidates. Rules of candidates in CEL have limited places, because each evaluation holds a connection and a thread for
 * seconds.
 */
export function candidateTools(snapshots: SnapshotCache): CandidateTools {
  const places = new CallPlaces({ noun: 'rules of candidates', process: 2, tenant: 1, waiting: 100 })
  return { snapshots, evaluations: (tenantId, signal, work) => places.run(tenantId, signal, work) }
}

/** Runs `work` for the authorized caller, with the access data in force, on which candidates are resolved. */
export function onCandidates<T>(
  { candidates }: ServiceContext,
  context: HandlerContext,
  work: (data: CandidateData, caller: Principal) => Promise<T>,
): Promise<T> {
  const caller = principalOf(context)
  const call = { signal: context.signal, timeoutMs: untilGone(context).timeoutMs, evaluation: inCall(context) }
  return withCandidates(candidates, caller, call, (data) => work(data, caller))
}
