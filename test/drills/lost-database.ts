import { setTimeout as sleep } from 'node:timers/promises'
import type { Drill } from './stage.ts'

/** PostgreSQL stops under load, stays stopped, and starts again. No process is restarted by hand. */
export const lostDatabase: Drill = {
  deployment: { gateway: 1, mining: 1, 'mining-worker': 1, 'iai-sessions': 1 },
  async play(stage, minutes) {
    const { say, tell, tellCalls, tellAlerts, assay, postgres, tenant, ready } = stage
    await sleep(10_000)
    await tell('/readyz')
    tellCalls()
    const underWay = tenant.mineAgain().then(
      () => 'the minings that were under way are done',
      (error: Error) => `the client of the minings was told: ${error.message.slice(0, 160)}`,
    )
    say('PostgreSQL stops')
    await postgres.stop()
    await sleep(10_000)
    tellCalls()
    await tell('/readyz')
    await tell('/healthz')
    await assay(['doctor', '--url', stage.baseUrl], { only: /^(fault|warning)| {9}/ })
    await sleep(Math.max(0, minutes * 60_000 - 15_000))
    tellCalls()
    await tellAlerts()
    say('PostgreSQL starts')
    await postgres.start()
    say(`the gateway says "ready" after ${(await ready()).toFixed(1)} s`)
    await sleep(5_000)
    stage.calls.told()
    await sleep(10_000)
    tellCalls()
    say(await underWay)
    await tenant.mineAgain()
    say('other minings, asked for now, are done')
    await tell('/readyz')
    await tellAlerts()
    await assay(['doctor', '--url', stage.baseUrl], { only: /connections|queue|gateway|things looked at/ })
    return true
  },
}
