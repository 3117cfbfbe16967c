import { availableParallelism } from 'node:os'
import { SealedTexts } from '@assay/auth'
import { deliveryWork, startQueueingEvents, webhookStates } from '@assay/events'
import { jobs, openWorker, QueueDepths, type Worker } from '@assay/jobs'
import { startSealing } from '@assay/ledger'
import { createMailSender } from '@assay/mail'
import { CohortQuestions, SpareThreads } from '@assay/mining'
import { reminderWork } from '@assay/reviews'
import {
  analysisWork,
  askForAnalysis,
  changedAccess,
  changeWork,
  customAnalysisWork,
  importWork,
  membershipWork,
  populationWork,
  readinessWork,
  replacedGrantsWork,
  roleModelWork,
  SnapshotCache,
  scheduledAnalysisWork,
} from '@assay/role-mining'
import { discoveryQueue, savedRoles } from '@assay/role-sessions'
import {
  databaseAddressOf,
  deliveryAttempt,
  type Logger,
  poolWait,
  type Started,
  watchPool,
  watchQueues,
  watchSnapshotCache,
  watchTables,
  watchWebhooks,
  workerLog,
} from '@assay/server'
import {
  commitNativeImport,
  compositionWork,
  countOrphanRows,
  linkFindings,
  loadWork,
  removalGuard,
  removeLeftFolders,
} from '@assay/source-loads'
import { pullWork } from '@assay/source-pulls'
import { openDatabase, type Sql, type TenantSql, tableBytes } from '@assay/store'
import { circuitBreakerOf, type WorkerConfig } from './config.ts'
import { agedByWorker, tidyInTime } from './housekeeping.ts'
import {
  careForWebhooksInTime,
  recordReplacedKeysInTime,
  remindInTime,
  removeDeadUploadsInTime,
  removeTenantsInTime,
} from './removals-in-time.ts'

/** While the roles of one population are stored, another one can be mined. */
const populationsAtOnce = 2

/** Runs jobs of every kind until it is stopped. Of each kind one job runs at a time, except populations and deliveries. */
export function startWorker(config: WorkerConfig, logger: Logger): Started {
  const address = databaseAddressOf(config, 'mining-worker')
  const database = openDatabase({
    ...address,
    applicationName: 'assay-mining-worker',
    maxConnections: config.maxConnections,
    onWait: poolWait('jobs'),
  })
  const depths = new QueueDepths({ ...address, applicationName: 'assay-mining-worker-metrics' })
  const { sql } = database
  const threads = config.threads || availableParallelism()
  const snapshots = new SnapshotCache(sql, { mostBytes: config.snapshotCacheBytes })
  const questions = new CohortQuestions()
  /** Explaining the grants of a large tenant takes a second; a separate thread keeps custom analyses from waiting for it. */
  const residuals = new CohortQuestions()
  const spares = new SpareThreads()
  watchPool('jobs', () => database.poolState())
  watchQueues(() => depths.read())
  watchSnapshotCache(() => snapshots.counts)
  watchWebhooks(() => webhookStates(sql))
  watchTables(() => tableBytes(sql))
  const worker = openWorker({
    ...address,
    applicationName: 'assay-mining-worker-queue',
    maxConnections: config.queueConnections,
    ...workerLog(logger),
  })
  const followUp = (scoped: TenantSql, { tenantId, importId }: { tenantId: number; importId: string }) =>
    jobs.enqueue(scoped, discoveryQueue, { tenantId, importId }, importId)
  const sources = { sql, temporaryDirectory: config.temporaryDirectory }
  const leftFolders = removeLeftFolders(config.temporaryDirectory).then((removed) => {
    if (removed > 0) logger.info({ removed }, 'folders of killed processes are removed')
  })
  worker.work(
    importWork({
      sql,
      commit: (tenantId, importId, choices) => commitNativeImport(sources, tenantId, importId, choices),
      followUp,
      onCommitted: ({ tenantId, importId }, { counts, sameContentAs }) =>
        logger.info(
          { tenantId, importId, ...counts },
          sameContentAs === undefined ? 'an import is committed' : 'an import changed nothing',
        ),
      onPausedRules: (tenantId, paused) =>
        logger.warn({ tenantId, paused }, 'rules are read otherwise since the upgrade'),
      onUncheckedRules: (tenantId, err) => logger.error({ err, tenantId }, 'stored rules could not be checked'),
    }),
  )
  worker.work(loadWork({ ...sources, guard: removalGuard }))
  const { secretsDirectory, networks } = config
  worker.work(pullWork({ ...sources, secretsDirectory, networks }))
  worker.work(
    compositionWork({
      ...sources,
      guard: removalGuard,
      participants: changedAccess({ followUp }),
      analyse: askForAnalysis,
      onWhole: (tenantId, reason) => logger.info({ tenantId, reason }, 'all sources are put together'),
      onComposed: (tenantId, { id, counts, sameContentAs }) =>
        logger.info(
          { tenantId, importId: id, ...counts },
          sameContentAs === undefined ? 'sources are put together' : 'sources put together changed nothing',
        ),
    }),
  )
  worker.work(
    membershipWork({
      sql,
      snapshots,
      threads,
      breaker: circuitBreakerOf(config),
      onApplied: (tenantId, report) => logger.info({ tenantId, ...report }, 'membership follows the access data'),
    }),
  )
  worker.work(customAnalysisWork({ sql, snapshots, questions }))
  worker.work(populationWork({ sql, snapshots, threads, spares }), { concurrency: populationsAtOnce })
  worker.work(roleModelWork({ sql, snapshots }))
  worker.work(analysisWork({ sql, jobs, threads }))
  worker.work(scheduledAnalysisWork({ sql }))
  worker.work(readinessWork({ sql, snapshots, linkFindings }))
  worker.work(replacedGrantsWork({ sql }))
  worker.work(changeWork({ sql, snapshots, questions: residuals, savedRoles, orphanRows: countOrphanRows }))
  const sender = config.smtpUrl === undefined ? undefined : createMailSender(config.smtpUrl, config.smtpFrom)
  const onUnsent = (about: object, reason: string) => logger.warn({ ...about, reason }, 'a reviewer is not reminded')
  worker.work(reminderWork({ sql, send: sender?.send, onUnsent }))
  const webhooks = serveWebhooks(config, { sql, worker, logger })
  const removals = [
    removeTenantsInTime(sql, logger),
    removeDeadUploadsInTime(sql, logger),
    recordReplacedKeysInTime(sql, logger),
    remindInTime(sql, logger),
    tidyInTime(sql, agedByWorker(config), logger),
  ]
  const sealing = startSealing(sql, {
    onError: (err) => logger.error({ err }, 'entries of the ledger could not be sealed; the next look tries again'),
  })
  logger.info({ threads }, 'taking jobs')
  return {
    async stop() {
      await Promise.all([leftFolders, sealing.stop(), webhooks.stop(), ...removals.map((removal) => removal.stop())])
      await worker.stop()
      sender?.close()
      await Promise.all([questions.close(), residuals.close(), spares.close()])
      await Promise.all([database.close(), depths.close()])
    },
  }
}

/** Deliveries mostly wait for receivers. A tenant has 50 webhooks at most, so its deliveries cannot take all places. */
const deliveriesAtOnce = 64

/** Delivers events, if this worker has the key of the signing secrets. */
function serveWebhooks(
  { webhookKey, networks }: WorkerConfig,
  { sql, worker, logger }: { readonly sql: Sql; readonly worker: Worker; readonly logger: Logger },
): { stop(): Promise<void> } {
  if (webhookKey === undefined) return { stop: async () => {} }
  const secrets = new SealedTexts(sql, { encryptionKey: webhookKey }, 'worker')
  const published = secrets
    .publish()
    .catch((err: unknown) => logger.error({ err }, 'secrets of webhooks cannot be sealed for this worker'))
  worker.work(
    deliveryWork({
      sql,
      networks,
      open: (name, sealed) => secrets.open(name, sealed),
      onOutcome: deliveryAttempt,
      onDisabled: (tenantId, webhookId, because) =>
        logger.warn({ tenantId, webhookId, because }, 'a webhook is disabled'),
    }),
    { concurrency: deliveriesAtOnce },
  )
  const queueing = startQueueingEvents(sql, {
    onError: (err) => logger.error({ err }, 'events could not be queued for webhooks; the next look tries again'),
  })
  // Only with the key: without it, no worker would take the jobs.
  const care = careForWebhooksInTime(sql, logger)
  return {
    async stop() {
      await Promise.all([published, queueing.stop(), care.stop()])
    },
  }
}
