import { requireQueues } from '@assay/jobs'
import { createLogger, runProcess } from '@assay/server'
import { waitForDatabase } from '@assay/store'
import { parseWorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'
import { yieldProcessor } from './yield-processor.ts'

const logger = createLogger('mining-worker')

await runProcess(logger, async () => {
  const config = parseWorkerConfig(process.env)
  // Reads stay quick while an analysis goes on.
  yieldProcessor(config.niceness)
  const database = { url: config.databaseUrl, applicationName: 'assay-mining-worker', also: requireQueues }
  await waitForDatabase(database, (reason) => logger.warn(`waiting: ${reason}`))
  return await startWorker(config, logger)
})
