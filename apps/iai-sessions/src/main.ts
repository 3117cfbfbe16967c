import { createLogger, runProcess } from '@assay/server'
import { parseConfig } from './config.ts'
import { startSessionServer } from './server.ts'

const logger = createLogger('iai-sessions')

await runProcess(logger, async () => {
  const server = await startSessionServer(parseConfig(process.env), logger)
  return { url: server.url, stop: () => server.close() }
})
