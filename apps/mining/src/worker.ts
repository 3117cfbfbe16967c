import { createLogger, runProcess } from '@assay/server'
import { parseWorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'
import { yieldProcessor } from './yield-processor.ts'

const logger = createLogger('mining-worker')

await runProcess(logger, async () => {
  const config = parseWorkerConfig(process.env)
  // Reads stay quick while an analysis goes on.
  yieldProcessor(config.niceness)
  return startWorker(config, logger)
})
