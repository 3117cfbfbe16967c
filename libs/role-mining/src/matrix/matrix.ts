import { createHash } from 'node:crypto'
import { aborted, failedPrecondition, invalidArgument } from '@assay/errors'
import type { CohortQuestions, MatrixOrder, MatrixQuestion } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { type CohortFilter, checkFilters } from '../cohort-filters.ts'
import { requireData } from '../insight/entitlement-insight.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import type { MatrixOrders } from './matrix-orders.ts'
import { type MatrixRoleName, type MatrixRoleSource, matrixRoleSet, type SavedRoles } from './matrix-roles.ts'

/** The data of a candidate that its matrix needs: ordinals, ascending. */
interface MatrixCandidate {
  readonly name: string
  readonly members: Uint32Array
  readonly entitlements: Uint32Array
  /** Differs from the version of every other candidate on these data. */
  readonly version: string
}

/** The people of a matrix, and the roles that order it. */
export interface MatrixView {
  readonly conditions: readonly CohortFilter[]
  /** The people are those of a candidate, not those who match the conditions. */
  readonly isOfCandidate: boolean
  readonly roles: MatrixRoleSource
  /** Empty for the newest one, when `roles` needs a role model. */
  readonly roleModelId: string
}

/** The tools of a call, which reads in one transaction (`within`) and computes the order outside of it. */
export interface MatrixTools {
  readonly tenantId: number
  /** The id of a bounded reader's scope. */
  readonly readerScope: string | undefined
  readonly questions: CohortQuestions
  readonly orders: MatrixOrders<Matrix>
  readonly savedRoles: SavedRoles
  readonly signal: AbortSignal
  /** `candidate` resolves the candidate of the view. */
  readonly within: <T>(
    work: (sql: TenantSql, loaded: LoadedSnapshot | undefined, candidate: () => Promise<MatrixCandidate>) => Promise<T>,
  ) => Promise<T>
}

/** A matrix with its order, cached by its version. */
export interface Matrix {
  readonly order: MatrixOrder
  readonly version: string
  /** `candidate` when the matrix is ordered by the candidate that it shows. */
  readonly source: Exclude<MatrixRoleSource, 'best'> | 'candidate'
  readonly roleModelId: string
  readonly stale: boolean
  /** One for each block. */
  readonly names: readonly MatrixBlockName[]
  readonly bytes: number
}

export type MatrixBlockName = MatrixRoleName | { readonly kind: 'candidate'; readonly name: string }

/**
 * The matrix of a view, in order; computed once for the same data and roles.
 * @param version the version that the caller got with an earlier answer; empty for the present one
 * @throws failed_precondition before the first import; invalid_argument as checkFilters, and for conditions together with a candidate; as
 * matrixRoleSet; as resolving the candidate; aborted (MATRIX_CHANGED) for a version that is neither cached nor the present one
 */
export async function orderedMatrix(
  tools: MatrixTools,
  view: MatrixView,
  version: string,
): Promise<{ readonly loaded: LoadedSnapshot; readonly matrix: Matrix }> {
  if (view.isOfCandidate && view.conditions.length > 0)
    throw invalidArgument('conditions', 'cannot be combined with a candidate; leave out one of the two')
  const begun = await tools.within(async (sql, current, candidate) => {
    const loaded = requireData(current)
    // The version depends on the snapshot as this reader sees it, so the cache cannot return the matrix of another reader.
    const known = version.startsWith(prefixOf(loaded)) ? tools.orders.known(version) : undefined
    if (known !== undefined) return { loaded, known }
    const subject = view.isOfCandidate
      ? subjectOfCandidate(loaded, await candidate())
      : await subjectOfPeople(sql, loaded, view, tools.savedRoles)
    if (version !== '' && version !== subject.version) throw changed()
    const kept = tools.orders.known(subject.version)
    return kept === undefined ? { loaded, subject, asked: await subject.read(sql) } : { loaded, known: kept }
  })
  const { loaded } = begun
  if (begun.known !== undefined) return { loaded, matrix: begun.known }
  const { subject, asked } = begun
  const wanted = {
    version: subject.version,
    reader: `${tools.tenantId}/${tools.readerScope ?? ''}`,
    data: loaded.version,
  }
  const matrix = await tools.orders.of(wanted, tools.signal, async (signal) => {
    const question = { kind: 'order-matrix', about: asked.question } as const
    const order = await tools.questions.ask(`${tools.tenantId}/${loaded.version}`, loaded.buffer, question, signal)
    const names = order.blocks.map(({ role }) => asked.names[role] ?? { kind: 'candidate' as const, name: '' })
    const { source, roleModelId, stale } = subject
    return { order, version: subject.version, source, roleModelId, stale, names, bytes: order.bytes }
  })
  return { loaded, matrix }
}

function changed() {
  return aborted(
    'the access data or the roles of this matrix have changed; describe it again, and continue with the new version',
    {
      reason: 'MATRIX_CHANGED',
    },
  )
}

/** What a matrix is made from, before anything large is read. */
interface Subject extends Pick<Matrix, 'version' | 'source' | 'roleModelId' | 'stale'> {
  read(sql: TenantSql): Promise<{ readonly question: MatrixQuestion; readonly names: readonly MatrixBlockName[] }>
}

async function subjectOfPeople(
  sql: TenantSql,
  loaded: LoadedSnapshot,
  view: MatrixView,
  savedRoles: SavedRoles,
): Promise<Subject> {
  const known = loaded.snapshot.attributes.map(({ key }) => key)
  const filters = checkFilters('conditions', view.conditions, known)
  const set = await matrixRoleSet(sql, loaded, view, savedRoles)
  return {
    version: versionOf(loaded, ['people', filters, set.version]),
    source: set.source,
    roleModelId: set.roleModelId,
    stale: set.stale,
    async read(scoped) {
      const { roles, names } = await set.read(scoped)
      return { question: { people: { filters }, roles, keepsHeld: false }, names }
    },
  }
}

function subjectOfCandidate(
  loaded: LoadedSnapshot,
  { name, members, entitlements, version }: MatrixCandidate,
): Subject {
  return {
    version: versionOf(loaded, ['candidate', version]),
    source: 'candidate',
    roleModelId: '',
    stale: false,
    read: async () => ({
      question: { people: { members }, roles: [{ members, entitlements }], keepsHeld: true },
      names: [{ kind: 'candidate', name }],
    }),
  }
}

function versionOf(loaded: LoadedSnapshot, facts: readonly unknown[]): string {
  return `${prefixOf(loaded)}${digest(JSON.stringify(facts))}`
}

/** Depends on the snapshot and, for a bounded reader, on the scope. */
function prefixOf({ version }: LoadedSnapshot): string {
  return `${digest(version)}.`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/** The cells that are shown. */
export type MatrixMode = 'as_is' | 'as_modelled' | 'difference'

/** @throws failed_precondition when no role orders the matrix */
export function requireModelled({ order }: Matrix, mode: MatrixMode): void {
  if (mode === 'as_is' || order.roleCount > 0) return
  throw failedPrecondition(
    'There are no roles to model by: run an analysis, mine a role model or make an access profile; or request the matrix as it is.',
  )
}
