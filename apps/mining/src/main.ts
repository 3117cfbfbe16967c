import { requireQueues } from '@assay/jobs'
import { createLogger, databaseAddressOf, runProcess, withTelemetry } from '@assay/server'
import { waitForDatabase } from '@assay/store'
import { parseConfig, settings } from './config.ts'
import { startMiningServer } from './server.ts'

const logger = createLogger('mining')

await runProcess(logger, settings, async () => {
  const config = parseConfig(process.env)
  return await withTelemetry(config, logger, async () => {
    await waitForDatabase(
      { ...databaseAddressOf(config, 'mining'), applicationName: 'assay-mining', also: requireQueues },
      (reason) => logger.warn(`waiting: ${reason}`),
    )
    return await startMiningServer(config, logger)
  })
})
