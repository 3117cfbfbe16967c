import { requireQueues } from '@assay/jobs'
import { lowerBackgroundThreads } from '@assay/mining'
import { createLogger, runProcess, withMetrics } from '@assay/server'
import { waitForDatabase } from '@assay/store'
import { parseWorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'

const logger = createLogger('mining-worker')

await runProcess(logger, async () => {
  const config = parseWorkerConfig(process.env)
  // Reads stay quick while an analysis goes on.
  lowerBackgroundThreads(config.niceness)
  return await withMetrics(config, logger, async () => {
    const database = { url: config.databaseUrl, applicationName: 'assay-mining-worker', also: requireQueues }
    await waitForDatabase(database, (reason) => logger.warn(`waiting: ${reason}`))
    return startWorker(config, logger)
  })
})
