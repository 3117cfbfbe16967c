import {
  type Policies,
  type Policy,
  PolicySchema,
  PolicySearch,
  type PolicyValidate,
  type SearchPoliciesRequest,
  EditorMarker_MarkerSeverity as Severity,
  PolicyType as Type,
} from '@assay/contracts/c1/api/policy/v1/policy_pb'
import { notFound } from '@assay/errors'
import { ruleProblem } from '@assay/profiles'
import { create } from '@bufbuild/protobuf'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import { readSearch, type SearchMembers } from './search-members.ts'

/** The two effects of an automation's `createTasks`, as policies with names that scripts can look up. */
const builtInPolicies: readonly Policy[] = [
  ['assay-auto-approve', 'Auto approve', 'Members change at once, as an automation without tasks changes them.'],
  ['assay-approve-by-task', 'Approve by task', 'Each change of membership waits as a task until somebody approves it.'],
].map(([id = '', displayName = '', description = '']) =>
  create(PolicySchema, { id, displayName, description, policyType: Type.GRANT, systemBuiltin: true }),
)

/** ConductorOne's policies: the built-in ones, which are all. */
export function policiesService(service: ServiceContext): ServiceImpl<typeof Policies> {
  return {
    list(request) {
      requirePage(service, request)
      return { list: [...builtInPolicies] }
    },
    get({ id }) {
      const policy = builtInPolicies.find((one) => one.id === id)
      if (policy === undefined) throw notFound('policy', id)
      return { policy }
    },
  }
}

/** What each member of a search for policies does. */
const policyMembers: SearchMembers<SearchPoliciesRequest> = {
  displayName: 'narrows',
  query: 'narrows',
  policyTypes: 'narrows',
  refs: 'narrows',
  excludePolicyIds: 'narrows',
  includeDeleted: 'keeps all',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** ConductorOne's search for policies. */
export function policySearchService(service: ServiceContext): ServiceImpl<typeof PolicySearch> {
  return {
    search(request) {
      readSearch(PolicySearch.method.search.input, policyMembers, request)
      requirePage(service, request)
      const text = request.query.toLowerCase()
      const types: readonly Type[] = request.policyTypes.filter((type) => type !== Type.UNSPECIFIED)
      const list = builtInPolicies.filter(
        ({ id, displayName, description, policyType }) =>
          (request.displayName === '' || request.displayName === displayName) &&
          `${displayName}\n${description}`.toLowerCase().includes(text) &&
          (types.length === 0 || types.includes(policyType)) &&
          (request.refs.length === 0 || request.refs.some((ref) => ref.id === id)) &&
          !request.excludePolicyIds.includes(id),
      )
      return { list }
    },
  }
}

/** Validation of expressions, by the same check as for membership rules. */
export function policyValidateService(service: ServiceContext): ServiceImpl<typeof PolicyValidate> {
  return {
    validateCEL: ({ text }, context) =>
      asCaller(service, context, async (sql) => {
        const empty = { line: 1, column: 1, message: 'must be an expression' }
        const problem = text.trim() === '' ? empty : await ruleProblem(sql, text)
        if (problem === undefined) return {}
        const { line, column, message } = problem
        const place = { startLineNumber: line, startColumn: column, endLineNumber: line, endColumn: column }
        return { markers: [{ message, severity: Severity.ERROR, ...place }] }
      }),
  }
}

/** All policies are on the first page, so every page token is wrong. @throws invalid_argument */
function requirePage(
  { pageTokens }: ServiceContext,
  page: { readonly pageSize: number; readonly pageToken: string },
): void {
  new Pages<[]>(pageTokens, ['built-in policies'], page)
}
