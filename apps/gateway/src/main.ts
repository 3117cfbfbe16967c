import { createLogger, runProcess } from '@assay/server'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'

const logger = createLogger('gateway')

await runProcess(logger, () => startGateway(parseConfig(process.env), logger))
