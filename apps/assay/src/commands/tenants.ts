import { resolve } from 'node:path'
import { holdTenantJobs, releaseTenantJobs, removeDueTenants } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import {
  createTenant,
  deleteTenant,
  findTenant,
  inTenant,
  listTenants,
  resumeTenant,
  type Sql,
  suspendTenant,
  type Tenant,
  type TenantDetails,
  type TenantSql,
} from '@assay/store'
import { Command, InvalidArgumentError } from 'commander'
import { writeTenantExport } from '../tenant-export.ts'
import { asOwner } from './clients.ts'
import { standingAt } from './input-files.ts'

const defaultGraceDays = 7
const mostGraceDays = 3650

/** `assay tenants ...`: the organisations of this installation, each with separate data and clients. */
export function tenantsCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const tenants = new Command('tenants').description('manage tenants: organisations with their own data and clients')

  tenants
    .command('create')
    .description('make a tenant; then "clients create --tenant <name>" makes a client for it')
    .argument('<name>')
    .action((name: string) =>
      asOwner(environment, async (sql) => {
        const tenant = await createTenant(sql, name)
        // Written directly after the tenant's row, so that the tenant's ledger begins with this entry.
        await inTenant(sql, tenant.tenantId, (scoped) => record(scoped, tenant, 'create', undefined))
        print(
          `The tenant "${tenant.name}" is made. Make a client for it: clients create --role admin --tenant "${tenant.name}"`,
        )
      }),
    )

  tenants
    .command('list')
    .description('print all tenants, oldest first: id, name, state')
    .action(() =>
      asOwner(environment, async (sql) => {
        for (const tenant of await listTenants(sql)) print(lineOf(tenant))
      }),
    )

  tenants
    .command('suspend')
    .description('refuse the clients of a tenant, within a minute, and let its queued work wait; running work ends')
    .argument('<name>')
    .action((name: string) =>
      asOwner(environment, async (sql) => {
        const waiting = await suspend(sql, await requireTenant(sql, name))
        print(
          `The tenant "${name}" is suspended; jobs that wait: ${waiting}. To serve it again: tenants resume "${name}"`,
        )
      }),
    )

  tenants
    .command('resume')
    .description('serve a suspended tenant again, or one that is being deleted, while its grace time lasts')
    .argument('<name>')
    .action((name: string) =>
      asOwner(environment, async (sql) => {
        await resume(sql, await requireTenant(sql, name))
        print(`The tenant "${name}" is served.`)
      }),
    )

  tenants
    .command('export')
    .description('write the rows of a tenant into a file, as gzipped lines of JSON: one state of them')
    .argument('<name>')
    .option('--export <file>', 'where they go; by default a file here with the date')
    .action((name: string, { export: file }: { export?: string }) =>
      asOwner(environment, async (sql) => {
        const tenant = await requireTenant(sql, name)
        const path = fullPath(file ?? defaultFile(tenant))
        print(`Exported ${await writeTenantExport(sql, tenant.tenantId, path)} rows into ${path}`)
      }),
    )

  tenants
    .command('delete')
    .description('suspend a tenant, export its rows into a file, and remove it when a grace time is over')
    .argument('<name>')
    .option('--export <file>', 'where the export goes, gzipped lines of JSON; by default a file here with the date')
    .option('--no-export', 'delete without an export')
    .option(
      '--grace-days <days>',
      'days until the rows go; 0, with --yes, removes them now',
      graceDays,
      defaultGraceDays,
    )
    .option('--yes', 'remove the rows at once, with --grace-days 0: nothing brings them back')
    .action((name: string, options: { export?: string | boolean; graceDays: number; yes?: boolean }) =>
      asOwner(environment, async (sql) => {
        const tenant = await requireTenant(sql, name)
        if (options.graceDays === 0 && !options.yes) {
          throw new Error(
            `--grace-days 0 removes the rows of the tenant "${name}" at once, and nothing brings them back; add --yes if you intend that`,
          )
        }
        // The tenant is suspended first: then only running work still writes rows, and the export has everything else.
        const before = (await listTenants(sql)).find(({ tenantId }) => tenantId === tenant.tenantId)
        if (before?.state === 'active') await suspend(sql, tenant)
        try {
          if (options.export !== false) {
            const file = fullPath(typeof options.export === 'string' ? options.export : defaultFile(tenant))
            const rows = await writeTenantExport(sql, tenant.tenantId, file)
            print(`Exported ${rows} rows into ${file}`)
          }
        } catch (error) {
          if (before?.state === 'active') await resume(sql, tenant)
          throw error
        }
        const deleteAfter = await inTenant(sql, tenant.tenantId, async (transaction) => {
          const until = await deleteTenant(transaction, tenant, options.graceDays)
          await record(transaction, tenant, 'delete', before?.state, { deleteAfter: until })
          await holdTenantJobs(transaction, tenant.tenantId)
          return until
        })
        if (options.graceDays > 0) {
          print(
            `The tenant "${name}" is suspended, and removed after ${timeOf(deleteAfter)}. Until then: tenants resume "${name}"`,
          )
          return
        }
        const removed = await removeDueTenants(sql)
        if (removed.includes(tenant.tenantId)) print(`The tenant "${name}" is removed.`)
        else print(`Rows of the tenant "${name}" are in use; a worker removes them within minutes.`)
      }),
    )
  return tenants
}

/** Suspends a tenant. @returns the number of its waiting jobs */
async function suspend(sql: Sql, tenant: Tenant): Promise<number> {
  const before = await stateOf(sql, tenant)
  return await inTenant(sql, tenant.tenantId, async (transaction) => {
    await suspendTenant(transaction, tenant)
    if (before !== 'suspended') await record(transaction, tenant, 'suspend', before)
    return await holdTenantJobs(transaction, tenant.tenantId)
  })
}

async function resume(sql: Sql, tenant: Tenant): Promise<void> {
  const before = await stateOf(sql, tenant)
  await inTenant(sql, tenant.tenantId, async (transaction) => {
    await resumeTenant(transaction, tenant)
    if (before !== 'active') await record(transaction, tenant, 'resume', before)
    await releaseTenantJobs(transaction, tenant.tenantId)
  })
}

async function stateOf(sql: Sql, tenant: Tenant): Promise<TenantDetails['state'] | undefined> {
  return (await listTenants(sql)).find(({ tenantId }) => tenantId === tenant.tenantId)?.state
}

const statesAfter = { create: 'active', suspend: 'suspended', resume: 'active', delete: 'deleting' } as const

/** Records a change of the tenant in its ledger. */
async function record(
  sql: TenantSql,
  { tenantId }: Tenant,
  verb: keyof typeof statesAfter,
  before: TenantDetails['state'] | undefined,
  details: { readonly deleteAfter?: Date } = {},
): Promise<void> {
  await recordEntry(sql, {
    kind: `tenant.${verb}`,
    subject: { type: 'tenant', id: String(tenantId) },
    ...(before !== undefined && { before: { state: before } }),
    after: { state: statesAfter[verb], ...details },
  })
}

async function requireTenant(sql: Sql, name: string): Promise<Tenant> {
  const tenant = await findTenant(sql, name)
  if (tenant === undefined) throw new Error(`There is no tenant "${name}"; "tenants list" prints all tenants`)
  return tenant
}

function graceDays(text: string): number {
  const days = Number(text)
  if (!/^\d+$/.test(text) || days > mostGraceDays)
    throw new InvalidArgumentError(`Give whole days, 0 to ${mostGraceDays}.`)
  return days
}

/** Without the tenant's name, which may have characters that file names cannot have. */
function defaultFile({ tenantId }: Tenant): string {
  return `assay-tenant-${tenantId}-${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}.ndjson.gz`
}

/** Messages name the full path: the folder in which npm runs a command is not always the user's. */
function fullPath(file: string): string {
  return resolve(standingAt(), file)
}

function lineOf({ tenantId, name, state, stateSince, deleteAfter }: TenantDetails): string {
  const until = deleteAfter === undefined ? [] : [`removed after ${timeOf(deleteAfter)}`]
  return [tenantId, name, state, `since ${timeOf(stateSince)}`, ...until].join('\t')
}

function timeOf(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`
}
