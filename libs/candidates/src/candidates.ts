import { resourceExhausted } from '@assay/errors'
import { ordinalsOf, snapshotOf } from '@assay/mining'
import { type EvaluationOptions, selectByRule } from '@assay/profiles'
import type { LoadedSnapshot, SnapshotCache } from '@assay/role-mining'
import type { Reader, TenantOptions, TenantSql } from '@assay/store'
import type { CandidateReference, ResolvedCandidate } from './candidate.ts'
import { RuleNotEvaluated, SelectionsOfCall } from './evaluated-rules.ts'
import type { BoundScope } from './reader-scope.ts'
import { resolveCandidate } from './resolve-candidate.ts'

/** The data of one call: the data in force, as its reader may see them. */
export interface CandidateData {
  readonly sql: TenantSql
  readonly loaded: LoadedSnapshot
  /** Undefined when the reader sees all people. */
  readonly scope: BoundScope | undefined
  /** Runs `resolveCandidate` on these data. */
  resolve(reference: CandidateReference, field?: string): Promise<ResolvedCandidate>
  /** Resolves a reference that was checked when it was saved: what was removed from the data since then is counted and is no error. */
  resolveKept(reference: CandidateReference): Promise<ResolvedCandidate>
}

/** Runs the evaluation of a rule in CEL when a place is free: it holds a thread and a connection for seconds. */
type EvaluationTurn = <T>(tenantId: number, signal: AbortSignal, work: () => Promise<T>) => Promise<T>

export interface CandidateTools {
  readonly snapshots: SnapshotCache
  readonly evaluations: EvaluationTurn
}

interface CandidateCall extends Pick<TenantOptions, 'timeoutMs'> {
  readonly signal: AbortSignal
  /** Options for rules in CEL. */
  readonly evaluation?: EvaluationOptions | undefined
}

/** Stands for the access data before the first import. */
const noData: LoadedSnapshot = {
  importId: '',
  version: '',
  buffer: new SharedArrayBuffer(0),
  snapshot: snapshotOf({
    identityKey: new Int32Array(0),
    entitlementKey: new Int32Array(0),
    applicationKey: new Int32Array(0),
    entitlementApplication: new Int32Array(0),
    rowOffset: new Uint32Array(1),
    rowEntitlement: new Uint32Array(0),
    identityStatus: new Uint8Array(0),
    identityType: new Uint8Array(0),
    attributes: [],
  }),
}

/** More rules than a call can name. */
const mostEvaluations = 128

/**
 * Runs `work` in a transaction of the tenant with the access data in force, in which candidates can be resolved. If a candidate is
 * described by CEL that was not evaluated within the last minute, the transaction ends, the rule waits for a free place without a
 * connection, is evaluated, and `work` begins again. So `work` must not write before it has resolved all its candidates. Before the first
 * import the data are empty.
 * @throws errors of `work`; resource_exhausted for too many rules in CEL, and for rules that select too many people together
 */
export async function withCandidates<T>(
  tools: CandidateTools,
  reader: number | Reader,
  call: CandidateCall,
  work: (data: CandidateData) => Promise<T>,
): Promise<T> {
  const selections = new SelectionsOfCall()
  try {
    for (let evaluated = 0; evaluated <= mostEvaluations; evaluated++) {
      const outcome = await attempt(tools, reader, call, work)
      if (!(outcome instanceof RuleNotEvaluated)) return outcome.result
      if (evaluated < mostEvaluations) await evaluateRule(tools, reader, call, outcome.expression, selections)
    }
  } finally {
    selections.release()
  }
  throw resourceExhausted(`this call has more than ${mostEvaluations} rules in CEL; pass fewer candidates at a time`)
}

async function attempt<T>(
  { snapshots }: CandidateTools,
  reader: number | Reader,
  call: CandidateCall,
  work: (data: CandidateData) => Promise<T>,
): Promise<{ readonly result: T } | RuleNotEvaluated> {
  try {
    const result = await snapshots.use(
      reader,
      async (sql, loaded) => {
        const data = loaded ?? noData
        const resolve = (reference: CandidateReference, field?: string) =>
          resolveCandidate(sql, data, reference, { field })
        const resolveKept = (reference: CandidateReference) => resolveCandidate(sql, data, reference, { isKept: true })
        return work({ sql, loaded: data, scope: scopeOf(reader), resolve, resolveKept })
      },
      { signal: call.signal, timeoutMs: call.timeoutMs },
    )
    return { result }
  } catch (error) {
    if (error instanceof RuleNotEvaluated) return error
    throw error
  }
}

function scopeOf(reader: number | Reader): BoundScope | undefined {
  return typeof reader === 'number' || reader.readerScope === undefined ? undefined : { key: reader.readerScope }
}

async function evaluateRule(
  { snapshots, evaluations }: CandidateTools,
  reader: number | Reader,
  call: CandidateCall,
  expression: string,
  selections: SelectionsOfCall,
): Promise<void> {
  await evaluations(typeof reader === 'number' ? reader : reader.tenantId, call.signal, () =>
    snapshots.use(
      reader,
      async (sql, loaded) => {
        const { snapshot } = loaded ?? noData
        const { keys } = await selectByRule(sql, expression, { ...call.evaluation, signal: call.signal })
        selections.remember(snapshot, expression, ordinalsOf(snapshot.identityKey, keys).ordinals)
      },
      { signal: call.signal, timeoutMs: call.timeoutMs },
    ),
  )
}
