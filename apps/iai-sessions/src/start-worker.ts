import type { InternalTokens } from '@assay/auth'
import type { MiningService } from '@assay/contracts/assay/mining/v1/mining_service_pb'
import type { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import {
  calculationQueue,
  discoverRoles,
  discoveryQueue,
  expiryQueue,
  exportQueue,
  failProvision,
  giveUpCalculation,
  giveUpExport,
  mailQueue,
  provisionQueue,
  removeExpiredExports,
  runCalculation,
  runExport,
  runProvision,
} from '@assay/role-sessions'
import type { Logger } from '@assay/server'
import { inTenant } from '@assay/store'
import type { Client } from '@connectrpc/connect'
import type { MailSender } from './jobs/mail-sender.ts'
import { makeProfileBy } from './jobs/make-profile.ts'
import { mineRolesBy } from './jobs/mine-roles.ts'
import { sendSessionMail } from './jobs/send-session-mail.ts'
import type { ServiceContext } from './service-context.ts'

export interface WorkerTools extends ServiceContext {
  readonly logger: Logger
  readonly mining: Client<typeof MiningService>
  readonly profiles: Client<typeof ProfileService>
  readonly tokens: InternalTokens
  /** Undefined where no mail server is set up. */
  readonly sender: MailSender | undefined
}

/** Calculations that go on at once: while one mines, another may store what it found. */
const concurrency = 2

/** With the hundred attempts of a job, a mail server may be away for the better part of an hour. */
const mailPauseMs = 30_000

/** Takes the jobs of sessions until the queue is stopped. */
export async function startWorker(tools: WorkerTools): Promise<void> {
  const { sql, jobs, archives, logger, mining, profiles, tokens, sender } = tools
  const calculation = {
    sql,
    jobs,
    mine: mineRolesBy(mining, tokens),
    onFault: (error: unknown, sessionId: string) => logger.error({ err: error, sessionId }, 'a calculation failed'),
  }
  await jobs.work(calculationQueue, ({ payload, signal }) => runCalculation(calculation, payload, signal), {
    concurrency,
    onGivenUp: (payload, error) => giveUpCalculation(calculation, payload, givenUp(error)),
  })
  await jobs.work(discoveryQueue, ({ payload: { tenantId } }) =>
    inTenant(sql, tenantId, (scoped) => discoverRoles(scoped, jobs, tenantId)),
  )
  const exports = { sql, archives }
  await jobs.work(exportQueue, ({ payload, signal }) => runExport(exports, payload, signal), {
    onGivenUp: (payload, error) => giveUpExport(exports, payload, givenUp(error)),
  })
  await jobs.work(expiryQueue, ({ signal }) => removeExpiredExports(exports, signal))
  const provision = {
    sql,
    makeProfile: makeProfileBy(profiles, tokens),
    onFault: (error: unknown, potentialRoleId: string) =>
      logger.error({ err: error, potentialRoleId }, 'an access profile could not be made'),
  }
  await jobs.work(provisionQueue, ({ payload, signal }) => runProvision(provision, payload, signal), {
    onGivenUp: (payload, error) => failProvision(provision, payload, givenUp(error)),
  })
  const mail = { sql, logger, sender, pauseMs: mailPauseMs }
  await jobs.work(mailQueue, ({ payload, signal }) => sendSessionMail(mail, payload, signal))
}

function givenUp(error: Error): string {
  return `Given up after repeated faults, the last one: ${error.message}`
}
