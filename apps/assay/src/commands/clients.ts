import { userInfo } from 'node:os'
import {
  type ApiClient,
  type ClientDialect,
  createApiClient,
  createFederatedClient,
  hostOf,
  listApiClients,
  revokeApiClient,
  roles,
} from '@assay/auth'
import { clientDialects } from '@assay/dialects/clients'
import { invalidArgument } from '@assay/errors'
import { actingAs } from '@assay/ledger'
import { bindClientToScope, freeClient, scopeOfClient } from '@assay/role-mining'
import { inTenant, openOwnerDatabase, type Sql, withDomainErrors } from '@assay/store'
import { Command, InvalidArgumentError, Option } from 'commander'
import { clientAddress } from '../client-address.ts'
import { localTenant } from '../credentials.ts'
import { openLocalDatabase } from '../local-database.ts'
import { readSettings } from '../settings.ts'
import { tenantNamed } from '../tenant-named.ts'
import { scopeInWords } from './client-scope.ts'

/** `assay clients ...`: the clients that may call the API, with a secret or with tokens of an issuer. */
export function clientsCommand(print: (line: string) => void, environment: NodeJS.ProcessEnv = process.env): Command {
  const clients = new Command('clients').description('manage API clients')
  const hostOption = '--host <host>'
  const hostMeaning =
    'the address in the client id, where it has one; by default the first of ASSAY_PUBLIC_HOSTS, else where it listens'
  const hostOr = async (given: string | undefined) => given ?? (await clientAddress(environment))

  clients
    .command('create')
    .description('make an API client and print its credentials; the secret is not stored and cannot be shown again')
    .addOption(
      new Option('--dialect <dialect>', 'whose credentials they look like')
        .choices(clientDialects.map(({ name }) => name))
        .default(clientDialects[0]?.name),
    )
    .addOption(roleOption())
    .addOption(tenantOption())
    .option('--name <name>', 'shown where the client made something', 'API client')
    .option('--identity <id>', 'the identity it acts for; itself when left out')
    .option('--scopes <scopes>', `${scopesMeaning}, separated by commas; without them all that the role may do`)
    .option(hostOption, hostMeaning)
    .action((options: CreateOptions) =>
      asOwner(environment, async (sql) => {
        const { clientId, clientSecret } = await createApiClient(sql, {
          ...(await describedBy(sql, options)),
          dialect: dialectNamed(options.dialect),
          ...(options.scopes !== undefined && { scopes: options.scopes.split(',').map((scope) => scope.trim()) }),
          host: await hostOr(options.host),
        })
        print(JSON.stringify({ clientId, clientSecret }, null, 2))
      }),
    )

  clients
    .command('trust')
    .description('make an API client that shows tokens of an issuer (CI, a cloud) in place of a secret')
    .requiredOption('--issuer <url>', 'the "iss" of its tokens, exactly')
    .requiredOption(
      '--claim <name=value>',
      'what a token has to say; may be repeated, a * at the end is a rest',
      valuesByName,
    )
    .option('--jwks-url <url>', "where the issuer's keys are; by default the issuer is asked once, now")
    .option('--identity-claim <name>', 'the claim that names the identity it acts for')
    .addOption(roleOption())
    .addOption(tenantOption())
    .option('--name <name>', 'shown where the client made something', 'Federated client')
    .option('--identity <id>', 'the identity it acts for; itself when left out')
    .option(hostOption, hostMeaning)
    .action((options: TrustOptions) =>
      asOwner(environment, async (sql) => {
        const host = await hostOr(options.host)
        const { issuer, claim: claims, jwksUrl, identityClaim } = options
        const { clientId } = await createFederatedClient(sql, {
          ...(await describedBy(sql, options)),
          dialect: federating(),
          host,
          trust: { issuer, claims, jwksUrl, ...(identityClaim !== undefined && { identityClaim }) },
        })
        print(JSON.stringify({ clientId, audience: hostOf(host) }, null, 2))
      }),
    )

  clients
    .command('list')
    .description('print the API clients of a tenant, oldest first, revoked ones included')
    .addOption(tenantOption())
    .action((options: { tenant: string }) =>
      asOwner(environment, async (sql) => {
        for (const client of await listApiClients(sql, await tenantNamed(sql, options.tenant))) print(lineOf(client))
      }),
    )

  clients
    .command('scope')
    .description('show the people whom an API client sees, or limit it to people who meet all conditions')
    .argument('<client-id>')
    .option(
      '--filter <attribute=value>',
      'an attribute of people; several values of one are alternatives',
      valuesByName,
    )
    .option('--manager <id>', 'that person and everybody below')
    .option('--application <id...>', 'only access in these applications is visible')
    .option('--clear', 'let it see everybody again')
    .addOption(tenantOption())
    .action((clientId: string, options: ScopeOptions) =>
      asOwner(environment, async (sql) => print(await scopeClient(sql, clientId, options))),
    )

  clients
    .command('revoke')
    .description('take an API client out: no token from now on, and those that it holds end within a minute')
    .argument('<client-id>')
    .addOption(tenantOption())
    .action((clientId: string, options: { tenant: string }) =>
      asOwner(environment, async (sql) => {
        await revokeApiClient(sql, await tenantNamed(sql, options.tenant), clientId)
        print(`${clientId} is revoked.`)
      }),
    )
  return clients
}

interface DescribingOptions {
  readonly role: (typeof roles)[number]
  readonly tenant: string
  readonly name: string
  readonly identity?: string
  readonly host?: string
}

interface CreateOptions extends DescribingOptions {
  readonly dialect: string
  readonly scopes?: string
}

interface TrustOptions extends DescribingOptions {
  readonly issuer: string
  readonly claim: Readonly<Record<string, readonly string[]>>
  readonly jwksUrl?: string
  readonly identityClaim?: string
}

interface ScopeOptions {
  readonly tenant: string
  readonly filter?: Readonly<Record<string, readonly string[]>>
  readonly manager?: string
  readonly application?: readonly string[]
  readonly clear?: boolean
}

/** Shows, sets or removes the scope of a client. @returns the result as a sentence */
async function scopeClient(sql: Sql, clientId: string, options: ScopeOptions): Promise<string> {
  const { filter, manager, application = [], clear = false } = options
  const tenantId = await tenantNamed(sql, options.tenant)
  const isGiven = filter !== undefined || manager !== undefined || application.length > 0
  if (clear && isGiven)
    throw invalidArgument('--clear', 'cannot be used together with conditions: it removes the whole scope')
  if (clear) {
    await inTenant(sql, tenantId, (scoped) => freeClient(scoped, tenantId, clientId))
    return `${clientId} sees everybody, within a minute.`
  }
  if (!isGiven) {
    const scope = await inTenant(sql, tenantId, (scoped) => scopeOfClient(scoped, tenantId, clientId))
    return scope === undefined ? `${clientId} sees everybody.` : `${clientId} sees: ${scopeInWords(scope)}`
  }
  const filters = Object.entries(filter ?? {}).map(([attribute, values]) => ({ attribute, values }))
  const conditions = {
    filters,
    ...(manager !== undefined && { managerId: manager }),
    applicationIds: [...new Set(application)],
  }
  const people = await inTenant(sql, tenantId, (scoped) => bindClientToScope(scoped, tenantId, clientId, conditions))
  return `${clientId} sees ${people} people of the data in force, and no other people within a minute.`
}

const scopesMeaning = clientDialects
  .flatMap(({ name, scopes }) => (scopes === undefined ? [] : `dialect ${name}: ${scopes.known.join(', ')}`))
  .join('; ')

function dialectNamed(name: string): ClientDialect {
  const dialect = clientDialects.find((each) => each.name === name)
  if (dialect === undefined) throw new Error(`There is no dialect "${name}"`)
  return dialect
}

/** The dialect that has clients without a secret; they trust an issuer. */
function federating(): ClientDialect {
  const dialect = clientDialects.find(({ makeFederatedId }) => makeFederatedId !== undefined)
  if (dialect === undefined) throw new Error('No dialect has clients that trust an issuer')
  return dialect
}

const roleOption = () => new Option('--role <role>', 'what the client may do').choices([...roles]).makeOptionMandatory()

export function tenantOption(meaning = 'the tenant it belongs to'): Option {
  return new Option('--tenant <name>', meaning).default(localTenant)
}

/** Adds one `name=value` to those before; several values of one name are alternatives. */
export function valuesByName(given: string, before: Readonly<Record<string, readonly string[]>> = {}) {
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(given) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Give name=value.')
  return { ...before, [name]: [...(before[name] ?? []), value] }
}

/** Runs an administrative command as the owner of the database; an embedded database is started if it does not run. */
export async function asOwner(environment: NodeJS.ProcessEnv, work: (sql: Sql) => Promise<void>): Promise<void> {
  const local = await openLocalDatabase(readSettings(environment))
  const owner = openOwnerDatabase({ url: local.url, applicationName: 'assay-administration', maxConnections: 1 })
  try {
    await withDomainErrors(asOperator(() => work(owner.sql)))
  } finally {
    await owner.close()
    await local.stop()
  }
}

/** Runs `work` so that entries of the ledger name the command and the account of the operating system. */
export function asOperator<T>(work: () => T): T {
  const command = process.argv.slice(2).filter((word) => /^[a-z][a-z-]*$/.test(word))
  const { username } = userInfo()
  return actingAs({ type: 'command', id: `assay ${command.slice(0, 2).join(' ')}`.trim(), name: username }, work)
}

async function describedBy(sql: Sql, { role, tenant, name, identity }: DescribingOptions) {
  const tenantId = await tenantNamed(sql, tenant)
  return { tenantId, role, displayName: name, ...(identity !== undefined && { identityId: identity }) }
}

function lineOf(client: ApiClient): string {
  const day = (time: Date) => time.toISOString().slice(0, 10)
  return [
    client.clientId,
    client.dialect,
    client.role,
    client.displayName,
    ...(client.identityId === undefined ? [] : [`acts for ${client.identityId}`]),
    ...(client.scopes === undefined ? [] : [`scopes ${client.scopes.join(' ')}`]),
    ...(client.readerScope === undefined ? [] : ['sees some people only']),
    ...(client.trustedIssuer === undefined ? [] : [`trusts ${client.trustedIssuer}`]),
    `since ${day(client.createdAt)}`,
    ...(client.revokedAt === undefined ? [] : [`revoked ${day(client.revokedAt)}`]),
  ].join('\t')
}
