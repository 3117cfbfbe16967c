import { readFile } from 'node:fs/promises'
import { type Breach, type Policy, PolicySchema, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import {
  ExportBreachesRequest_Format as Format,
  PolicyService,
} from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { fromJson, type JsonValue, toJson } from '@bufbuild/protobuf'
import { type Client, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'

type Api = Client<typeof PolicyService>

/** `assay policies`: the policies that proposals must obey, and the breaches in the present data. */
export function policiesCommand(print: (line: string) => void): Command {
  const command = new Command('policies').description('policies that whatever is proposed has to hold to')
  command
    .command('list', { isDefault: true })
    .description('list the policies')
    .option('--json', 'print each with all that it names, as a JSON line')
    .action(async (options: { json?: boolean }) => {
      const api = await connected()
      const policies = await allPolicies(api)
      if (policies.length === 0 && !options.json) print('There is no policy.')
      for (const { id, ...policy } of policies) {
        if (options.json) print(JSON.stringify(toJson(PolicySchema, await api.getPolicy({ policyId: id }))))
        else print(describePolicy(policy))
      }
    })
  command
    .command('create')
    .description('make the policies of a JSON file: one object, a list, or lines as `list --json` prints them')
    .argument('<file>', 'the file')
    .action(async (file: string) => {
      const wanted = await policiesIn(file)
      const api = await connected()
      for (const policy of wanted) {
        const { displayName } = await api.createPolicy({ policy })
        print(`created policy "${displayName}"`)
      }
    })
  command
    .command('delete')
    .description('delete a policy')
    .argument('<policy>', 'its name or its id')
    .action(async (name: string) => {
      const api = await connected()
      const { id, displayName } = await policyNamed(api, name)
      await api.deletePolicy({ policyId: id })
      print(`deleted policy "${displayName}"`)
    })
  command
    .command('breaches')
    .description('list what the present data hold against policies')
    .option('--policy <policy>', 'only of this policy, by its name or its id')
    .option('--person <id>', 'only of this person')
    .option('--csv', 'print a file of comma-separated values')
    .option('--json', 'print JSON lines')
    .action((options: BreachOptions) => printBreaches(options, print))
  command
    .command('effects')
    .description('tell what policies did in a run of the analysis')
    .argument('[run]', 'the id of the run', 'latest')
    .action(async (runId: string) => {
      const { effects, refused } = await (await connected()).getRunPolicies({ runId })
      if (effects.length === 0) print('Policies changed nothing.')
      for (const { policyDisplayName, leftOutCount, refusedCount } of effects) {
        const facts = [
          ...(leftOutCount > 0 ? [`left ${counted(leftOutCount, 'entitlement')} out of suggestions`] : []),
          ...(refusedCount > 0 ? [`left too little of ${counted(refusedCount, 'cohort')}`] : []),
        ]
        print(`${policyDisplayName} ${facts.join(' and ')}`)
      }
      for (const { filters, cohortSize, policyDisplayName } of refused) {
        const who = filters.map(({ attribute, values }) => `${attribute} ${values.join(' or ')}`).join(', ')
        print(`no suggestion for ${who} (${counted(cohortSize, 'person', 'people')}): ${policyDisplayName}`)
      }
    })
  return command
}

interface BreachOptions {
  readonly policy?: string
  readonly person?: string
  readonly csv?: boolean
  readonly json?: boolean
}

async function connected(): Promise<Api> {
  return createClient(PolicyService, (await connectToPlatform(readSettings())).transport)
}

async function allPolicies(api: Api): Promise<Policy[]> {
  const all: Policy[] = []
  for (let pageToken = ''; ; ) {
    const page = await api.listPolicies({ pageSize: 100, pageToken })
    all.push(...page.policies)
    if (page.nextPageToken === '') return all
    pageToken = page.nextPageToken
  }
}

async function policyNamed(api: Api, name: string): Promise<Policy> {
  const wanted = name.trim().toLowerCase()
  const found = (await allPolicies(api)).find(
    ({ id, displayName }) => id === wanted || displayName.toLowerCase() === wanted,
  )
  if (found === undefined) throw new Error(`There is no policy "${name}"; "assay policies list" shows all policies`)
  return found
}

/**
 * The policies of a file. Ids and other members that the server sets are ignored, so that a list of one tenant can be created in another.
 */
async function policiesIn(file: string): Promise<Policy[]> {
  const text = await readFile(file, 'utf8')
  try {
    const lines = text.trim().startsWith('[') ? JSON.parse(text) : parsed(text)
    return (lines as JsonValue[]).map((one) => fromJson(PolicySchema, one))
  } catch (error) {
    throw new Error(`${file} holds no policies: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** A JSON document, or one JSON object in each line. */
function parsed(text: string): JsonValue[] {
  try {
    return [JSON.parse(text)]
  } catch {
    // It is not one document, so each line must be an object; an error names the line.
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line))
  }
}

async function printBreaches({ policy, person, csv, json }: BreachOptions, print: (line: string) => void) {
  const api = await connected()
  const policyId = policy === undefined ? '' : (await policyNamed(api, policy)).id
  const asked = { policyId, identityId: person ?? '' }
  if (csv || json) {
    const format = csv ? Format.CSV : Format.NDJSON
    const decoder = new TextDecoder()
    let rest = ''
    for await (const { data } of api.exportBreaches({ ...asked, format })) {
      const lines = (rest + decoder.decode(data, { stream: true })).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const line of lines) print(line)
    }
    return
  }
  let count = 0
  for (let pageToken = ''; ; ) {
    const page = await api.listBreaches({ ...asked, pageSize: 100, pageToken })
    for (const breach of page.breaches) print(describeBreach(breach))
    count += page.breaches.length
    if (page.nextPageToken === '') break
    pageToken = page.nextPageToken
  }
  print(count === 0 ? 'Nothing in the present data breaks a policy.' : counted(count, 'breach', 'breaches'))
}

/** `Four eyes: separation of duties (high), 2 entitlements, 1 exception` */
function describePolicy(policy: Omit<Policy, 'id'>): string {
  const { displayName, disabled, entitlementCount, goneEntitlementCount, exceptionCount } = policy
  const facts = [
    ruleWords(policy.rule),
    ...(entitlementCount > 0 ? [counted(entitlementCount, 'entitlement')] : []),
    ...(goneEntitlementCount > 0 ? [`${goneEntitlementCount} of them gone`] : []),
    ...(exceptionCount > 0 ? [counted(exceptionCount, 'exception')] : []),
    ...(disabled ? ['not in force'] : []),
  ]
  return `${displayName}: ${facts.join(', ')}`
}

function ruleWords(rule: Policy['rule']): string {
  switch (rule.case) {
    case 'protectedAccess': {
      const { privileged, fromRiskLevel, fromCoverageBasisPoints } = rule.value
      const what = [
        ...(privileged ? ['privileged'] : []),
        ...(fromRiskLevel === '' ? [] : [`from risk ${fromRiskLevel}`]),
      ]
      const until =
        fromCoverageBasisPoints === undefined ? '' : ` below ${fromCoverageBasisPoints / 100} % of the members`
      return `protected access${what.length === 0 ? '' : ` (${what.join(', ')})`}${until}`
    }
    case 'unusedAccess':
      return `access that was not used for ${rule.value.days} days does not count`
    case 'separationOfDuties':
      return `separation of duties (${Severity[rule.value.severity].toLowerCase()})`
    case 'overGrantBudget': {
      const { mostBasisPoints, mostGrants } = rule.value
      const limits = [
        ...(mostBasisPoints === undefined ? [] : [`${mostBasisPoints / 100} % of the cells`]),
        ...(mostGrants === undefined ? [] : [`${mostGrants} in all`]),
      ]
      return `at most ${limits.join(' and ')} to people who lack them`
    }
    case 'sizeAndNaming': {
      const { fewestMembers, fewestEntitlements, namePattern } = rule.value
      const asks = [
        ...(fewestMembers > 0 ? [`at least ${fewestMembers} members`] : []),
        ...(fewestEntitlements > 0 ? [`at least ${fewestEntitlements} entitlements`] : []),
        ...(namePattern === '' ? [] : [`a name that matches ${namePattern}`]),
      ]
      return asks.join(', ')
    }
    default:
      return 'a rule that this version does not know'
  }
}

/** `Four eyes (high): u05 Person u05 holds erp order and erp approve` */
function describeBreach(breach: Breach): string {
  const { policyDisplayName, severity, identityId, identityDisplayName, first, second } = breach
  const who =
    identityDisplayName === '' || identityDisplayName === identityId
      ? identityId
      : `${identityId} ${identityDisplayName}`
  if (second.length === 0) {
    const last = breach.lastUsedDay === '' ? 'and its usage shows none' : `and used it last on ${breach.lastUsedDay}`
    return `${policyDisplayName}: ${who} holds ${namesOf(first, breach.firstCount)} ${last}`
  }
  const held = `${namesOf(first, breach.firstCount)}, and ${namesOf(second, breach.secondCount)}`
  return `${policyDisplayName} (${Severity[severity].toLowerCase()}): ${who} holds ${held}`
}

function namesOf(entitlements: Breach['first'], count: number): string {
  const names = entitlements.map(({ applicationId, entitlementId }) => `${applicationId} ${entitlementId}`)
  const more = count - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
