import type { InternalTokens } from '@assay/auth'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import type { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { openWorker, type Worker } from '@assay/jobs'
import type { MailSender } from '@assay/mail'
import {
  type ArchiveStore,
  calculationWork,
  discoveryWork,
  expiryWork,
  exportWork,
  mailWork,
  provisionWork,
} from '@assay/role-sessions'
import { type Logger, workerLog } from '@assay/server'
import type { DatabaseAddress, Sql } from '@assay/store'
import type { Client } from '@connectrpc/connect'
import { makeProfileBy } from './jobs/make-profile.ts'
import { endMiningBy, mineRolesBy } from './jobs/mine-roles.ts'

interface WorkerTools {
  readonly address: DatabaseAddress
  /** The size of the queue's own pool. */
  readonly queueConnections: number
  readonly sql: Sql
  readonly archives: ArchiveStore
  readonly logger: Logger
  readonly mining: Client<typeof MiningService>
  readonly profiles: Client<typeof ProfileService>
  readonly tokens: InternalTokens
  /** Undefined without a mail server. */
  readonly sender: MailSender | undefined
}

/** The most simultaneous calculations. Most of them wait for the mining worker, which decides the order. */
const concurrency = 8

/** Runs the jobs of sessions until the worker is stopped. */
export function startWorker(tools: WorkerTools): Worker {
  const { address, queueConnections, sql, archives, logger, mining, profiles, tokens, sender } = tools
  const worker = openWorker({
    ...address,
    applicationName: 'assay-iai-sessions-queue',
    maxConnections: queueConnections,
    ...workerLog(logger),
  })
  const calculation = { sql, mine: mineRolesBy(mining, tokens), endMining: endMiningBy(mining, tokens) }
  worker.work(calculationWork(calculation), { concurrency })
  worker.work(discoveryWork({ sql }))
  worker.work(exportWork({ sql, archives }))
  worker.work(expiryWork({ sql, archives }))
  worker.work(provisionWork({ sql, makeProfile: makeProfileBy(profiles, tokens) }))
  worker.work(
    mailWork({
      sql,
      send: sender && ((mail) => sender.send(mail)),
      onUnsent: (job, reason) => logger.info(job, `no mail about a session: ${reason}`),
    }),
  )
  return worker
}
