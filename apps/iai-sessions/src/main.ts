import { createLogger, runProcess } from '@assay/server'
import { parseConfig } from './config.ts'
import { startSessionServer } from './server.ts'

const logger = createLogger('iai-sessions')

await runProcess(logger, () => startSessionServer(parseConfig(process.env), logger))
