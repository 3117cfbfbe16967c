import { requireQueues } from '@assay/jobs'
import { createLogger, databaseAddressOf, runProcess, withTelemetry } from '@assay/server'
import { waitForDatabase } from '@assay/store'
import { lowerBackgroundThreads } from '@assay/threads'
import { parseWorkerConfig, workerSettings } from './config.ts'
import { startWorker } from './start-worker.ts'

const logger = createLogger('mining-worker')

await runProcess(logger, workerSettings, async () => {
  const config = parseWorkerConfig(process.env)
  // The lower priority keeps reads fast while an analysis runs.
  lowerBackgroundThreads(config.niceness)
  return await withTelemetry(config, logger, async () => {
    const database = databaseAddressOf(config, 'mining-worker')
    await waitForDatabase({ ...database, applicationName: 'assay-mining-worker', also: requireQueues }, (reason) =>
      logger.warn(`waiting: ${reason}`),
    )
    return startWorker(config, logger)
  })
})
