import { lowerBackgroundThreads } from '@assay/mining'
import { createLogger, runProcess } from '@assay/server'
import { parseWorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'

const logger = createLogger('mining-worker')

await runProcess(logger, async () => {
  const config = parseWorkerConfig(process.env)
  // Reads stay quick while an analysis goes on.
  lowerBackgroundThreads(config.niceness)
  return startWorker(config, logger)
})
