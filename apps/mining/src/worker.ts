import { setPriority } from 'node:os'
import { createLogger, runProcess } from '@assay/server'
import { parseWorkerConfig } from './config.ts'
import { startWorker } from './start-worker.ts'

const logger = createLogger('mining-worker')

await runProcess(logger, async () => {
  const config = parseWorkerConfig(process.env)
  // Reads stay quick while an analysis goes on: whoever answers calls gets the processor first.
  setPriority(config.niceness)
  return startWorker(config, logger)
})
