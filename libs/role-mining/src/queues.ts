import { defineQueue } from '@assay/jobs'

/** Analyses of the whole organisation. A tenant has one running analysis; another one may wait. */
export const analysisQueue = defineQueue<{ tenantId: number; runId: string }>('analysis', 'one-at-a-time')

/** Commits of imports. Asking twice for the same import is asking once. `analyse`: also when it changes nothing.
 * `guard`: refuse what would remove much. */
export const importQueue = defineQueue<{ tenantId: number; importId: string; analyse?: boolean; guard?: boolean }>(
  'import-commit',
  'once',
)

/** Evaluations of every membership rule of a tenant, after its access data changed. */
export const membershipQueue = defineQueue<{ tenantId: number }>('membership', 'one-at-a-time')

/** Comparisons of the load in force with the previous one, and measurements of the accepted profiles. */
export const changeQueue = defineQueue<{ tenantId: number }>('load-change', 'one-at-a-time')

/** Removals of the grants that an import has replaced. */
export const replacedGrantsQueue = defineQueue<{ tenantId: number }>('replaced-grants', 'one-at-a-time')

/** Measurements of the readiness of an import's data. */
export const readinessQueue = defineQueue<{ tenantId: number; importId: string }>('readiness', 'once')

/** Analyses of one cohort that a user chose. */
export const customAnalysisQueue = defineQueue<{ tenantId: number; analysisId: string }>('custom-analysis', 'once', {
  mostWaiting: 100,
})

/** Role models that a user started. */
export const roleModelQueue = defineQueue<{ tenantId: number; modelId: string }>('role-model', 'once', {
  mostWaiting: 20,
})

/** Starts the analyses of a tenant's schedule. */
export const scheduledAnalysisQueue = defineQueue<{ tenantId: number }>('scheduled-analysis', 'once')

/** Minings of populations for potential roles. */
export const populationQueue = defineQueue<{ tenantId: number; miningId: string }>('population-mining', 'once', {
  mostWaiting: 500,
})

/** All the work of the platform, for `prepareQueues`. */
export const queues = [
  analysisQueue,
  changeQueue,
  customAnalysisQueue,
  importQueue,
  membershipQueue,
  populationQueue,
  readinessQueue,
  replacedGrantsQueue,
  roleModelQueue,
  scheduledAnalysisQueue,
]
