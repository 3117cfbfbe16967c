import { setTimeout as sleep } from 'node:timers/promises'
import { defineQueue, defineWork, jobs, openWorker, prepareQueues } from '@assay/jobs'
import { createTenant, inTenant, openDatabase, openOwnerDatabase } from '@assay/store'
import type { Bench, Measure } from './support/bench.ts'
import { withBenchDatabase } from './support/bench-database.ts'
import { readsBesideDrops } from './support/reads-beside-drops.ts'

const queue = defineQueue<{ tenantId: number; name: string }>('bench-fairness', 'free')
const jobMs = 5

export const bench: Bench = {
  about:
    'turns of tenants in the queue with 1, 2 and 4 workers: who begins, and after how many others; what reads wait beside the removal of replaced grants',
  run: ({ say }) =>
    withBenchDatabase(async ({ url, serviceUrl }) => {
      await prepareQueues(url, [queue])
      const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 2 })
      const database = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-fairness', maxConnections: 4 })
      try {
        const { tenantId } = await createTenant(owner.sql, 'bench')
        const enqueue = (tenant: number, count: number) =>
          inTenant(database.sql, tenantId, async (sql) => {
            for (let i = 0; i < count; i++) await jobs.enqueue(sql, queue, { tenantId: tenant, name: '' }, '')
          })
        const measures: Measure[] = []
        for (const workers of [1, 2, 4]) {
          const before = await startsBeforeAnother(serviceUrl, workers, enqueue)
          const rounds = await startsInRounds(serviceUrl, workers, enqueue)
          const of = `${workers} worker${workers === 1 ? '' : 's'}`
          say(`${of}: another tenant's job began after ${before} others; starts by round ${rounds.join(', ')}`)
          measures.push(
            {
              measure: `${of}, 200 jobs of one tenant wait: begun before another's`,
              value: before,
              unit: 'jobs',
              goal: { atMost: workers },
            },
            ...rounds.map(
              (tenants, round): Measure => ({
                measure: `${of}, 50 tenants with 3 jobs each: different tenants in round ${round + 1}`,
                value: tenants,
                unit: 'tenants',
                goal: { atLeast: 50 },
              }),
            ),
          )
        }
        const service = openDatabase({ url: serviceUrl, applicationName: 'assay-bench-reads', maxConnections: 4 })
        try {
          return [...measures, ...(await readsBesideDrops(owner.sql, service.sql))]
        } finally {
          await service.close()
        }
      } finally {
        await Promise.all([owner.close(), database.close()])
      }
    }),
}

type Enqueue = (tenant: number, count: number) => Promise<void>

/** How many jobs of a tenant with 200 waiting jobs begin between the request of another tenant's job and its beginning. */
async function startsBeforeAnother(url: string, workers: number, enqueue: Enqueue): Promise<number> {
  await enqueue(1, 200)
  let asked = Number.POSITIVE_INFINITY
  return withWorkers(url, workers, async (begun) => {
    while (begun.length < 20) await sleep(1)
    await enqueue(2, 1)
    asked = begun.length
    while (!begun.includes(2)) await sleep(1)
    const before = Math.max(0, begun.indexOf(2) - asked)
    while (begun.length < 201) await sleep(5)
    return before
  })
}

/** How many of 50 tenants began in each round of 50 starts. */
async function startsInRounds(url: string, workers: number, enqueue: Enqueue): Promise<number[]> {
  for (let tenant = 1; tenant <= 50; tenant++) await enqueue(tenant, 3)
  return withWorkers(url, workers, async (begun) => {
    while (begun.length < 150) await sleep(5)
    return [0, 1, 2].map((round) => new Set(begun.slice(round * 50, round * 50 + 50)).size)
  })
}

async function withWorkers<T>(url: string, count: number, work: (begun: readonly number[]) => Promise<T>): Promise<T> {
  const begun: number[] = []
  const workers = Array.from({ length: count }, () =>
    openWorker({ url, applicationName: 'assay-bench-worker', onError: (error) => console.error(error) }),
  )
  for (const worker of workers) {
    worker.work(
      defineWork({
        queue,
        title: 'The job',
        takeUp: async (payload) => payload,
        run: async ({ tenantId }) => {
          begun.push(tenantId)
          await sleep(jobMs)
        },
      }),
    )
  }
  try {
    return await work(begun)
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()))
  }
}
