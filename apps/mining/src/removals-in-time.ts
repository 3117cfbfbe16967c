import { recordReplacedKeys } from '@assay/auth'
import { removeDeadUploads } from '@assay/directory'
import { wakeLeftWebhooks } from '@assay/events'
import { inTime, type Repeated, removeDueTenants } from '@assay/jobs'
import { queueDueReminders } from '@assay/reviews'
import type { Logger } from '@assay/server'
import { removeDeadLoadUploads } from '@assay/source-loads'
import type { Sql } from '@assay/store'

const intervalMs = 60_000

/** Once a minute, removes the tenants whose grace time has passed. Several workers may do this at the same time. */
export function removeTenantsInTime(sql: Sql, logger: Logger, everyMs = intervalMs): Repeated {
  const remove = async () => {
    for (const tenantId of await removeDueTenants(sql)) logger.info({ tenantId }, 'a deleted tenant is removed')
  }
  return inTime(remove, everyMs, (err) =>
    logger.error({ err }, 'deleted tenants could not be removed; the next look tries again'),
  )
}

/** Once a minute, removes the uploads that crashed processes left. */
export function removeDeadUploadsInTime(sql: Sql, logger: Logger, everyMs = intervalMs): Repeated {
  const remove = async () => {
    const uploads = (await removeDeadUploads(sql)) + (await removeDeadLoadUploads(sql))
    if (uploads > 0) logger.info({ uploads }, 'uploads of processes that died are removed')
  }
  return inTime(remove, everyMs, (err) =>
    logger.error({ err }, 'uploads of processes that died could not be removed; the next look tries again'),
  )
}

/** Once a minute, records in the ledgers the keys that gateways replaced because of their age. */
export function recordReplacedKeysInTime(sql: Sql, logger: Logger, everyMs = intervalMs): Repeated {
  const record = async () => {
    if ((await recordReplacedKeys(sql)) > 0)
      logger.info('a key that was too old is replaced, and recorded in the ledgers')
  }
  return inTime(record, everyMs, (err) =>
    logger.error({ err }, 'a replaced key could not be recorded in the ledgers; the next look tries again'),
  )
}

/** Once a minute, looks for reminders of reviews that are due, and enqueues the jobs that send the mails. */
export function remindInTime(sql: Sql, logger: Logger, everyMs = intervalMs): Repeated {
  const remind = async () => {
    const reminders = await queueDueReminders(sql)
    if (reminders > 0) logger.info({ reminders }, 'reviewers are reminded')
  }
  return inTime(remind, everyMs, (err) =>
    logger.error({ err }, 'due reminders of reviews could not be looked for; the next look tries again'),
  )
}

/** Once a minute, looks for webhooks whose job was lost, for example by a restore, and enqueues it again. */
export function careForWebhooksInTime(sql: Sql, logger: Logger, everyMs = intervalMs): Repeated {
  const care = async () => {
    const woken = await wakeLeftWebhooks(sql)
    if (woken > 0) logger.info({ woken }, 'webhooks whose job was lost continue')
  }
  return inTime(care, everyMs, (err) =>
    logger.error({ err }, 'webhooks could not be looked after; the next look tries again'),
  )
}
