import { createLogger, databaseAddressOf, runProcess, withTelemetry } from '@assay/server'
import { waitForDatabase } from '@assay/store'
import { parseConfig, settingsOf } from './config.ts'
import { startGateway } from './server.ts'

const logger = createLogger('gateway')

await runProcess(logger, settingsOf(), async () => {
  const config = parseConfig(process.env)
  return await withTelemetry(config, logger, async () => {
    await waitForDatabase({ ...databaseAddressOf(config, 'gateway'), applicationName: 'assay-gateway' }, (reason) =>
      logger.warn(`waiting: ${reason}`),
    )
    return await startGateway(config, logger)
  })
})
