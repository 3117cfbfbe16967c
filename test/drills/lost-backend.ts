import { setTimeout as sleep } from 'node:timers/promises'
import type { Drill } from './stage.ts'

/** One of two mining services is killed, then both, and a worker in the middle of its job. */
export const lostBackend: Drill = {
  deployment: { gateway: 1, mining: 2, 'mining-worker': 2, 'iai-sessions': 1 },
  async play(stage) {
    const { say, tell, tellCalls, tellAlerts, fleet, tenant, ready } = stage
    const of = (name: string) => {
      const member = fleet.members.find((one) => one.name === name)
      if (member === undefined) throw new Error(`there is no ${name}`)
      return member
    }
    await sleep(10_000)
    tellCalls()
    say('mining 1 of 2 is killed')
    await of('mining 1').stop('SIGKILL')
    await sleep(10_000)
    tellCalls()
    await tell('/readyz')
    say('mining 2 of 2 is killed')
    await of('mining 2').stop('SIGKILL')
    await sleep(10_000)
    tellCalls()
    await tell('/readyz')
    await tellAlerts()
    say('both start')
    await Promise.all([of('mining 1').start(), of('mining 2').start()])
    say(`the gateway says "ready" ${(await ready()).toFixed(1)} s after they were`)
    stage.calls.told()
    await sleep(10_000)
    tellCalls()
    say('an import begins, and mining-worker 1 of 2 is killed')
    const done = tenant.importAgain()
    const begun = performance.now()
    await sleep(500)
    await of('mining-worker 1').stop('SIGKILL')
    await done
    say(
      `the import and its analysis are done after ${((performance.now() - begun) / 1000).toFixed(1)} s, by mining-worker 2`,
    )
    tellCalls()
    await of('mining-worker 1').start()
    await sleep(10_000)
    await tellAlerts()
    await tell('/readyz')
    return true
  },
}
