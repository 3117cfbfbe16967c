import { createLogger, runProcess } from '@assay/server'
import { parseConfig } from './config.ts'
import { startMiningServer } from './server.ts'

const logger = createLogger('mining')

await runProcess(logger, () => startMiningServer(parseConfig(process.env), logger))
