import { readFile } from 'node:fs/promises'
import { issuerId } from '@assay/auth'
import {
  Issuer_IdentityBy as IdentityBy,
  type Issuer,
  IssuerService,
} from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

type Print = (line: string) => void

interface AddOptions {
  readonly clientId: string
  readonly clientSecretFile?: string
  readonly name?: string
  readonly scopes: readonly string[]
  readonly groupsClaim: string
  readonly identityClaim?: string
  readonly identityBy: 'id' | 'email'
  readonly contact: string
}

async function client() {
  return createClient(IssuerService, (await connectToPlatform(readSettings())).transport)
}

/** `assay issuers ...`: the providers through which people sign in to the console. */
export function issuersCommand(print: Print, environment: NodeJS.ProcessEnv = process.env): Command {
  const issuers = new Command('issuers').description('manage the OpenID Connect providers by which people sign in')
  issuers
    .command('add')
    .description('let people of a provider sign in')
    .argument('<issuer>', 'what its tokens name as "iss", exactly, such as https://login.example.com/realms/acme')
    .requiredOption('--client-id <id>', 'the client that Assay is at the provider')
    .option('--client-secret-file <path>', 'a file with the secret of the client; - reads it from the standard input')
    .option('--name <name>', 'on the button, behind "Sign in with"; by default the host of the issuer')
    .option('--scopes <scopes...>', 'asked for besides openid, profile, email and offline_access', [])
    .option('--groups-claim <claim>', 'the claim that names groups; dots lead into objects', 'groups')
    .option('--identity-claim <claim>', 'the claim that names the identity of the access data that a person is')
    .addOption(
      new Option('--identity-by <member>', 'by what it names the identity').choices(['id', 'email']).default('id'),
    )
    .option('--contact <text>', 'whom people ask who have no access', '')
    .action(async (issuer: string, options: AddOptions) => {
      const { clientId, clientSecretFile, name, scopes, groupsClaim, identityClaim, identityBy, contact } = options
      const made = await (await client()).createIssuer({
        issuer: {
          issuer,
          clientId,
          displayName: name ?? (URL.canParse(issuer) ? new URL(issuer).host : issuer),
          scopes: [...scopes],
          groupsClaim,
          identityClaim: identityClaim ?? '',
          identityBy: identityBy === 'email' ? IdentityBy.EMAIL : IdentityBy.ID,
          contact,
        },
        clientSecret: clientSecretFile === undefined ? '' : await secretIn(clientSecretFile),
      })
      print(lineOf(made))
      print(`People come back to ${redirectUri(environment, made.id)}: the provider must know this address.`)
      print('Nobody has access yet: assay people grant --group GROUP --role ROLE')
    })
  issuers
    .command('address')
    .description('print the address that a provider must know before it gives a client id')
    .argument('<issuer>', 'what its tokens name as "iss", exactly')
    .option('--tenant-id <number>', 'the number of the tenant, as `assay tenants list` prints it', '1')
    .action((issuer: string, { tenantId }: { tenantId: string }) =>
      print(redirectUri(environment, issuerId(Number(tenantId), issuer))),
    )
  issuers
    .command('list')
    .description('print the providers, oldest first')
    .action(async () => {
      for (const one of (await (await client()).listIssuers({})).issuers) print(lineOf(one))
    })
  issuers
    .command('remove')
    .description('remove a provider with all access given through it; its users are signed out within ten seconds')
    .argument('<id>', 'as `list` prints it')
    .action(async (id: string) => {
      await (await client()).deleteIssuer({ issuerId: id })
      print(`${id} is removed.`)
    })
  return issuers
}

/**
 * Reads a secret from a file or standard input. It is not an argument, since all users of the machine can see arguments and shells store
 * them.
 */
async function secretIn(path: string): Promise<string> {
  return (await readFile(path === '-' ? '/dev/stdin' : path, 'utf8')).trim()
}

function redirectUri(environment: NodeJS.ProcessEnv, id: string): string {
  const { ASSAY_PUBLIC_URL: url = '<ASSAY_PUBLIC_URL>' } = environment
  return `${url.replace(/\/$/, '')}/console/signed-in/${id}`
}

function lineOf({ id, displayName, issuer, clientId, groupsClaim, identityClaim }: Issuer): string {
  const identity = identityClaim === '' ? [] : [`identity by ${identityClaim}`]
  return [id, displayName, issuer, clientId, `groups by ${groupsClaim}`, ...identity].join('\t')
}
