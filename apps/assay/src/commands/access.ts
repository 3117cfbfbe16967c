import {
  type AccessPath,
  type EffectiveGrant,
  Identity_Status as Status,
} from '@assay/contracts/assay/directory/v1/directory_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import type { ApiClient } from '../api-client.ts'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

/** `assay access`: the access of a person, or the paths to one entitlement. */
export function accessCommand(print: (line: string) => void): Command {
  return new Command('access')
    .description('print what a person has, assigned and through groups, or why they have one entitlement')
    .argument('<person>', 'the id of the person')
    .argument('[entitlement]', 'the id of an entitlement: print the paths to it')
    .option('--application <id>', 'the application of the entitlement, or the one whose entitlements are printed')
    .option('--json', 'print the answer as JSON lines')
    .action(
      async (person: string, entitlement: string | undefined, options: { application?: string; json?: boolean }) => {
        const api = await connectToPlatform(readSettings())
        const applicationId = options.application ?? ''
        if (entitlement !== undefined) {
          await printPaths(api, { identityId: person, entitlementId: entitlement, applicationId }, options, print)
          return
        }
        let hasNothing = true
        for await (const grant of effectiveGrants(api, person, applicationId)) {
          hasNothing = false
          print(options.json ? JSON.stringify(factsOf(grant)) : describeGrant(grant))
        }
        if (hasNothing && !options.json) print(await nothingOf(api, person, applicationId))
      },
    )
}

/** Why there is nothing to print: the data in force may no longer have the person at all. */
async function nothingOf(api: ApiClient, identityId: string, applicationId: string): Promise<string> {
  const { status } = await createClient(DirectoryService, api.transport).getIdentity({ identityId })
  if (status === Status.DELETED) return `${identityId} is no longer in the access data, and has nothing.`
  return `${identityId} has nothing${applicationId === '' ? '' : ` in ${applicationId}`}.`
}

async function printPaths(
  api: ApiClient,
  request: { readonly identityId: string; readonly entitlementId: string; readonly applicationId: string },
  { json = false }: { readonly json?: boolean },
  print: (line: string) => void,
): Promise<void> {
  const { paths, hasMorePaths } = await createClient(DirectoryService, api.transport).explainAccess(request)
  if (json) {
    for (const path of paths) print(JSON.stringify({ path: stepsOf(path), omittedSteps: path.omittedStepCount }))
    if (hasMorePaths) print(JSON.stringify({ hasMorePaths }))
    return
  }
  if (paths.length === 0) print(`${request.identityId} does not have ${request.entitlementId}.`)
  for (const path of paths) print(describePath(path))
  if (hasMorePaths) print('and more ways')
}

/** The effective access of an identity, read page by page. */
async function* effectiveGrants(
  api: ApiClient,
  identityId: string,
  applicationId: string,
): AsyncGenerator<EffectiveGrant> {
  const directory = createClient(DirectoryService, api.transport)
  for (let pageToken = ''; ; ) {
    const page = await directory.listEffectiveGrants({ identityId, applicationId, pageSize: 100, pageToken })
    yield* page.grants
    if (page.nextPageToken === '') return
    pageToken = page.nextPageToken
  }
}

function factsOf(grant: EffectiveGrant) {
  const { applicationId, entitlementId, entitlementDisplayName, direct, inherited, accountIds, sourceIds } = grant
  return {
    application: applicationId,
    entitlement: entitlementId,
    name: entitlementDisplayName,
    direct,
    inherited,
    ...(accountIds.length > 0 && { accounts: accountIds }),
    ...(sourceIds.length > 0 && { sources: sourceIds }),
  }
}

/** `git repo-7  Repository 7  (assigned by ad; account jsmith)` */
function describeGrant({
  applicationId,
  entitlementId,
  entitlementDisplayName,
  direct,
  inherited,
  accountIds,
  sourceIds,
}: EffectiveGrant): string {
  const assigned = sourceIds.length === 0 ? 'assigned' : `assigned by ${sourceIds.join(', ')}`
  const how = direct ? (inherited ? `${assigned}, and through groups` : assigned) : 'through groups'
  const name = entitlementDisplayName === entitlementId ? '' : `  ${entitlementDisplayName}`
  const accounts =
    accountIds.length === 0 ? '' : `; ${accountIds.length === 1 ? 'account' : 'accounts'} ${accountIds.join(', ')}`
  return `${applicationId} ${entitlementId}${name}  (${how}${accounts})`
}

const stepsOf = ({ steps }: AccessPath) =>
  steps.map(({ applicationId, entitlementId }) => `${applicationId} ${entitlementId}`)

/** `git team -> git repo-7` */
function describePath(path: AccessPath): string {
  const steps = stepsOf(path)
  if (steps.length === 1) return `assigned: ${steps[0]}`
  const half = steps.length / 2
  if (path.omittedStepCount > 0) steps.splice(half, 0, `${path.omittedStepCount} more groups`)
  return steps.join(' -> ')
}
