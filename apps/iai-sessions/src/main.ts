import { requireQueues } from '@assay/jobs'
import { createLogger, databaseAddressOf, runProcess, withTelemetry } from '@assay/server'
import { waitForDatabase } from '@assay/store'
import { parseConfig, settings } from './config.ts'
import { startSessionServer } from './server.ts'

const logger = createLogger('iai-sessions')

await runProcess(logger, settings, async () => {
  const config = parseConfig(process.env)
  return await withTelemetry(config, logger, async () => {
    await waitForDatabase(
      { ...databaseAddressOf(config, 'sessions'), applicationName: 'assay-iai-sessions', also: requireQueues },
      (reason) => logger.warn(`waiting: ${reason}`),
    )
    return await startSessionServer(config, logger)
  })
})
