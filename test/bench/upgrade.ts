import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openOwnerDatabase } from '@assay/store'
import { Code, ConnectError } from '@connectrpc/connect'
import { prepareLoads } from './kills.ts'
import type { Bench, Measure } from './support/bench.ts'
import { type Acknowledged, doubled, loadsOf, type Standing } from './support/kill-loads.ts'
import { pagedLists } from './support/paged-lists.ts'
import { startUpgradeFleet } from './support/upgrade-fleet.ts'
import { makeVersionTree, newestRelease, presentRevision } from './support/version-tree.ts'

const clients = 3
const pauseMs = { client: 200, step: 3_000 }
const patienceMs = 180_000

/** Migrations that the next version might have: everything that an expand migration may do. */
const drillMigrations = {
  '9000_upgrade_drill.sql': `-- expand: new things, and columns of tables in use that old processes need not know
create table upgrade_drills (tenant_id integer not null references tenants, id uuid not null, primary key (tenant_id, id));
select keep_tenants_apart('upgrade_drills', 'select, insert', 'assay_mining');
alter table identities add column drill_note text not null default '';
alter table access_profiles add column drill_note text;
alter table role_mining_runs add column drill_number integer not null default 0;
alter table mining_sessions add column drill_note text not null default 'none', add column drill_at timestamptz;
alter table potential_roles add column drill_note text;
alter table api_clients add column drill_note text;
`,
  '9001_upgrade_drill_index.sql': `create index concurrently if not exists identities_drill on identities (tenant_id, drill_note);
`,
}

interface Watched extends Acknowledged {
  standingNow: Standing
}

export const bench: Bench = {
  about: 'every process replaced, one after the other, by a version with a newer schema, under fourteen kinds of load',
  async run({ scale, say }) {
    const directory = await mkdtemp(join(tmpdir(), 'assay-upgrade-'))
    // The system user of PostgreSQL must be able to enter the folder.
    await chmod(directory, 0o711)
    const [old, next] = [join(directory, 'old'), join(directory, 'new')]
    const released = newestRelease()
    say(
      `old: ${released ?? 'the present version, because none is released'}; new: the present version with one more schema`,
    )
    await makeVersionTree(released ?? presentRevision(), old, say)
    await makeVersionTree(presentRevision(), next, say)
    for (const [name, text] of Object.entries(drillMigrations))
      await writeFile(join(next, 'libs/store/migrations', name), text)
    const fleet = await startUpgradeFleet(directory, old)
    const owner = openOwnerDatabase({ url: fleet.databaseUrl, applicationName: 'assay-bench', maxConnections: 4 })
    try {
      const { tools, token } = await prepareLoads(fleet.baseUrl, owner.sql)
      const load = startLoad(loadsOf(tools))
      const lists = await pagedLists(fleet.baseUrl, token)
      await sleep(pauseMs.step)
      say(`migrate: ${(await fleet.migrate(next)).trim().split('\n')[0]}`)
      let unready = 0
      const look = async () => {
        for (const { name, url } of fleet.processes) {
          if (url === undefined) continue
          const { status, remarks } = (await (await fetch(`${url}/readyz`)).json()) as {
            status: string
            remarks?: object
          }
          if (status === 'ready') continue
          unready++
          say(`${name} is ${status}: ${JSON.stringify(remarks)}`)
        }
      }
      await look()
      // A supervisor starts an old process again when it dies, also after the migration.
      await fleet.processes.find(({ name }) => name === 'mining A')!.restart()
      await look()
      let tokens = 0
      for (const process of fleet.processes) {
        const before = await lists.begin()
        const began = performance.now()
        await process.replace(next)
        say(
          `${process.name} is replaced after ${((performance.now() - began) / 1000).toFixed(1)} s; ${load.watched.length} acknowledged`,
        )
        tokens += await lists.goOn(before)
        await look()
        await sleep(scale === 'small' ? 500 : pauseMs.step)
      }
      await load.stop()
      await settle(load.watched, owner.sql)
      for (const line of [...fleet.counts.failures, ...load.failures]) say(`failed: ${line}`)
      return measures(load, fleet.counts, { unready, tokens, twice: await doubled(owner.sql) })
    } finally {
      await owner.close()
      await fleet.stop()
      await rm(directory, { recursive: true, force: true })
    }
  },
}

/** Starts clients that make requests all the time, and repeat a call when the response tells them to. */
function startLoad(loads: ReturnType<typeof loadsOf>) {
  const watched: Watched[] = []
  const failures: string[] = []
  let refused = 0
  let repeated = 0
  let isOver = false
  const ask = async () => {
    const kinds = Object.keys(loads)
    while (!isOver) {
      const kind = kinds[Math.floor(Math.random() * kinds.length)]!
      try {
        const acknowledged = await loads[kind]!()
        if (acknowledged !== undefined) watched.push({ kind, ...acknowledged, standingNow: 'open' })
      } catch (error) {
        if (isRefusal(error)) refused++
        else if (mayRepeat(error)) repeated++
        else failures.push(`${kind}: ${error instanceof Error ? error.message : error}`)
      }
      await sleep(pauseMs.client)
    }
  }
  const asking = Array.from({ length: clients }, ask)
  return {
    watched,
    failures,
    counts: () => ({ refused, repeated }),
    async stop() {
      isOver = true
      await Promise.all(asking)
    },
  }
}

/** Whether a call was refused because of the current state: another import is open, or a session is being calculated. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ConnectError)
    return [Code.FailedPrecondition, Code.Aborted, Code.AlreadyExists, Code.NotFound, Code.ResourceExhausted].includes(
      error.code,
    )
  return error instanceof Error && /: 4\d\d /.test(error.message)
}

/** Whether the client may repeat the call. Streams have this information at their end. */
function mayRepeat(error: unknown): boolean {
  return error instanceof ConnectError && error.code === Code.Unavailable && error.metadata.has('retry-after')
}

async function settle(watched: readonly Watched[], owner: Parameters<Acknowledged['standing']>[0]): Promise<void> {
  const began = performance.now()
  for (;;) {
    for (const one of watched) if (one.standingNow === 'open') one.standingNow = await one.standing(owner)
    if (watched.every(({ standingNow }) => standingNow !== 'open') || performance.now() - began > patienceMs) break
    await sleep(500)
  }
  // The result must exist at the end, and not only right after the acknowledgement.
  for (const one of watched) if (one.standingNow === 'done') one.standingNow = await one.standing(owner)
}

function measures(
  load: ReturnType<typeof startLoad>,
  balancer: { readonly calls: number; readonly repeated: number; readonly failures: readonly string[] },
  { unready, tokens, twice }: { unready: number; tokens: number; twice: number },
): Measure[] {
  const count = (standing: Standing) => load.watched.filter(({ standingNow }) => standingNow === standing).length
  const none = { atMost: 0 }
  const { refused, repeated } = load.counts()
  return [
    { measure: 'calls', value: balancer.calls, unit: '' },
    { measure: 'acknowledged', value: load.watched.length, unit: '' },
    { measure: 'refused by the state of things (4xx)', value: refused, unit: '' },
    { measure: 'repeated after 503 with Retry-After', value: balancer.repeated + repeated, unit: '' },
    { measure: 'failed calls', value: balancer.failures.length + load.failures.length, unit: '', goal: none },
    { measure: 'looks that found a process not ready', value: unready, unit: '', goal: none },
    { measure: 'lists that went on with a token of the other version', value: tokens, unit: '', goal: { atLeast: 8 } },
    { measure: 'lost', value: count('lost'), unit: '', goal: none },
    { measure: 'doubled', value: twice, unit: '', goal: none },
    { measure: 'ended as failed', value: count('failed'), unit: '', goal: none },
    { measure: 'not ended', value: count('open'), unit: '', goal: none },
  ]
}
