import {
  EntitlementInsightSchema,
  EntitlementInsightService,
  type HolderCondition,
  HoldingPersonSchema,
  ListEntitlementHoldersRequest_Selection as Selection,
  Containing_State as State,
} from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { type CandidateName, CandidateName_Kind as Kind } from '@assay/contracts/assay/insight/v1/insight_pb'
import { toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { enumWords } from '../enum-words.ts'
import { readSettings } from '../settings.ts'
import { withEntitlementHint } from './entitlement-hint.ts'

const lists = { holders: Selection.HOLDERS, against: Selection.AGAINST_PATTERN, lacking: Selection.LACKING } as const

interface HolderOptions {
  readonly application: readonly string[]
  readonly list?: keyof typeof lists
  readonly limit: number
  readonly json?: boolean
}

/** `assay holders`: the holders of entitlements, the conditions that describe them, and the candidates that contain them. */
export function holdersCommand(print: (line: string) => void): Command {
  return new Command('holders')
    .description('say who holds an entitlement, or several together: which conditions describe them, what contains it')
    .argument('<entitlements...>', 'ids of entitlements')
    .option(
      '--application <ids...>',
      'the application of all of them, or one for each, where the ids are not enough',
      [],
    )
    .addOption(new Option('--list <people>', 'print people instead').choices(Object.keys(lists)))
    .option('--limit <count>', 'how many people to print', wholeNumber, 50)
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async (ids: readonly string[], options: HolderOptions) => {
      const { application } = options
      if (application.length > 1 && application.length !== ids.length)
        throw new Error(`--application names ${application.length} applications for ${ids.length} entitlements`)
      const entitlements = ids.map((entitlementId, place) => ({
        entitlementId,
        applicationId: application[application.length > 1 ? place : 0] ?? '',
      }))
      const api = await connectToPlatform(readSettings())
      await withEntitlementHint(
        options.list === undefined
          ? describe(api, entitlements, options, print)
          : list(api, entitlements, lists[options.list], options, print),
      )
    })
}

type Asked = readonly { readonly entitlementId: string; readonly applicationId: string }[]

async function describe(api: ApiClient, asked: Asked, { json }: HolderOptions, print: (line: string) => void) {
  const insight = await createClient(EntitlementInsightService, api.transport).describeEntitlements({
    entitlements: [...asked],
  })
  if (json) {
    print(JSON.stringify(toJson(EntitlementInsightSchema, insight, { alwaysEmitImplicit: true }), undefined, 2))
    return
  }
  for (const { entitlement, holders, privileged } of insight.entitlements) {
    const name = `${entitlement?.applicationId} ${entitlement?.entitlementId}  ${entitlement?.displayName}`
    print(`${name}${privileged ? '  (privileged)' : ''}${asked.length > 1 ? `: ${holders} holders` : ''}`)
  }
  for (const sentence of insight.sentences) print(sentence)
  if (insight.conditions.length > 0)
    print('\nConditions, the best first (people who match; of them holders; share of all holders):')
  for (const one of insight.conditions) print(`  ${conditionLine(one)}`)
  if (insight.containedIn.length > 0) print('\nContained in:')
  for (const { candidate, members, entitlements, state } of insight.containedIn) {
    const what = candidate === undefined ? '' : candidateWords(candidate)
    print(`  ${what}: ${members} people, ${entitlements} entitlements${enumWords(stateWords, state, ', state')}`)
  }
  if (insight.againstPattern > 0n || insight.lacking > 0n)
    print('\n"--list against" and "--list lacking" show the people outside the pattern.')
}

/** `* department "Sales": 50 people, 43 hold it (86 %), 91 % of all holders` */
function conditionLine({ conditions, people, holders, precision, recall, inPattern }: HolderCondition): string {
  const words = conditions.map(({ attribute, values }) => `${attribute} "${values[0]}"`).join(' and ')
  const figures = `${people} people, ${holders} hold it (${percent(precision)}), ${percent(recall)} of all holders`
  return `${inPattern ? '*' : ' '} ${words}: ${figures}`
}

const stateWords: Readonly<Record<State, string>> = {
  [State.UNSPECIFIED]: '',
  [State.NEW]: ', new',
  [State.ACCEPTED]: ', accepted',
  [State.DISMISSED]: ', dismissed',
  [State.SAVED]: ', saved',
}

const kinds: Readonly<Record<Kind, string>> = {
  [Kind.UNSPECIFIED]: '',
  [Kind.SUGGESTION]: 'suggestion',
  [Kind.POTENTIAL_ROLE]: 'potential role',
  [Kind.PROFILE]: 'access profile',
}

function candidateWords({ kind, id, displayName }: CandidateName): string {
  return `${enumWords(kinds, kind, 'candidate of kind')} "${displayName}" (${id})`
}

async function list(
  api: ApiClient,
  asked: Asked,
  selection: Selection,
  { limit, json }: HolderOptions,
  print: (line: string) => void,
): Promise<void> {
  const client = createClient(EntitlementInsightService, api.transport)
  let left = limit
  for (let pageToken = ''; left > 0; ) {
    const request = { entitlements: [...asked], selection, pageSize: Math.min(100, left), pageToken }
    const { people, nextPageToken, total } = await client.listEntitlementHolders(request)
    for (const one of people) {
      const lacking = one.lacking.map(({ applicationId, entitlementId }) => `${applicationId} ${entitlementId}`)
      const facts = [one.jobTitle, one.department].filter((text) => text !== '').join(', ')
      const name = `${one.person?.identityId}  ${one.person?.displayName}`
      const lacks = lacking.length === 0 || asked.length === 1 ? '' : `  lacks ${lacking.join(', ')}`
      print(json ? JSON.stringify(toJson(HoldingPersonSchema, one)) : `${name}  ${facts}${lacks}`)
    }
    left -= people.length
    if (nextPageToken === '') return
    if (left <= 0 && !json) print(`... ${Number(total) - limit} more; --limit shows them`)
    pageToken = nextPageToken
  }
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 1 or more.')
  return Number(text)
}
