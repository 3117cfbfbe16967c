import {
  type Correlation,
  type CorrelationChange,
  CorrelationChangeSchema,
  CorrelationRule,
  CorrelationSchema,
} from '@assay/contracts/assay/source/v1/source_pb'
import type { GetCorrelationResponse, SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { type Client, Code, ConnectError } from '@connectrpc/connect'
import { Command } from 'commander'
import { enumWords } from '../enum-words.ts'
import { counted } from './counted.ts'
import { connectedSources } from './orphans.ts'

interface CorrelateOptions {
  readonly source?: string
  readonly link?: string
  readonly unlink?: boolean
  readonly json?: boolean
}

type Api = Client<typeof SourceService>
type Found = Pick<GetCorrelationResponse, 'inForce' | 'previewed' | 'changedCount' | 'changes'> & {
  readonly note: string
}

/** `assay correlate`: how accounts are assigned to people, and what would change now; also links by users. */
export function correlateCommand(print: (line: string) => void): Command {
  return new Command('correlate')
    .description(
      'count by which rule accounts belong to people, and say what would change if the sources were put together now; link an account by hand, or take a link back',
    )
    .option('--source <source>', 'the source that has the accounts')
    .option('--link <identity>', 'the id of the identity that the account belongs to')
    .option('--unlink', 'remove a link that a user made: the rules decide again')
    .option('--json', 'print the counts as JSON')
    .argument('[application]', 'the application of the account, for --link and --unlink')
    .argument('[account]', 'the id of the account')
    .action(async (application: string | undefined, account: string | undefined, options: CorrelateOptions) => {
      const { source, link, unlink, json } = options
      if (link !== undefined && unlink) throw new Error('Give --link or --unlink, not both')
      const api = await connectedSources()
      if (link === undefined && !unlink) {
        const found = await correlationOf(api, source ?? '')
        if (json) print(JSON.stringify(factsOf(found), undefined, 2))
        for (const line of json ? [] : describeCorrelation(found)) print(line)
        return
      }
      if (source === undefined || application === undefined || account === undefined) {
        throw new Error('Name the account: --source SOURCE APPLICATION ACCOUNT')
      }
      const named = { sourceId: source, applicationId: application, accountId: account }
      if (link === undefined) await api.unlinkAccount(named)
      else await api.linkAccount({ ...named, identityId: link })
      print(
        link === undefined
          ? `Rules decide about ${account} of ${application} again; a new composition of the sources has started.`
          : `${account} of ${application} belongs to ${link}; a new composition of the sources has started.`,
      )
    })
}

/** The correlation with the changes that a composition would make; without them when there are too many records. */
async function correlationOf(api: Api, sourceId: string): Promise<Found> {
  try {
    return { ...(await api.getCorrelation({ sourceId, preview: true })), note: '' }
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error)
    if (code !== Code.FailedPrecondition) throw error
    return { ...(await api.getCorrelation({ sourceId })), note: `What would change is not known: ${rawMessage}.` }
  }
}

/** One line for each count, with its value after the change where that differs. */
export function describeCorrelation({ inForce, previewed, changedCount, changes, note }: Found): string[] {
  const after = note === '' ? previewed : inForce
  const names = [...new Set([...inForce, ...after].map(({ sourceId }) => sourceId))]
  if (names.length === 0) return ['No source has accounts.']
  const of = (all: readonly Correlation[], name: string) => all.find(({ sourceId }) => sourceId === name)
  const lines = names.flatMap((name) => describeSource(name, of(inForce, name), of(after, name)))
  if (note !== '') return [...lines, note]
  if (changedCount === 0n) return [...lines, 'Nothing would change: this is in force.']
  const more = Number(changedCount) - changes.length
  return [
    ...lines,
    `${counted(Number(changedCount), 'account')} would change hands when the sources are put together:`,
    ...changes.map(describeChange),
    ...(more > 0 ? [`  and ${more.toLocaleString('en')} more`] : []),
  ]
}

function describeSource(name: string, before: Correlation | undefined, after: Correlation | undefined): string[] {
  const rules = new Set([...(before?.linked ?? []), ...(after?.linked ?? [])].map(({ rule }) => rule))
  const by = (one: Correlation | undefined, rule: CorrelationRule) =>
    one?.linked.find((each) => each.rule === rule)?.count ?? 0n
  const orphans = (
    [
      ['of nobody', 'unmatchedCount'],
      ['could be of several people', 'ambiguousCount'],
      ['on which rules disagree', 'conflictCount'],
    ] as const
  ).map(([words, field]) => [before?.[field] ?? 0n, after?.[field] ?? 0n, words] as const)
  return [
    `${name}: ${becoming(before?.accountCount ?? 0n, after?.accountCount ?? 0n, 'account')}`,
    ...[...rules].map(
      (rule) => `  ${becoming(by(before, rule), by(after, rule), 'account')} by ${enumWords(ruleWords, rule, 'rule')}`,
    ),
    ...orphans
      .filter(([one, other]) => one > 0n || other > 0n)
      .map(([one, other, words]) => `  ${becoming(one, other, 'account')} ${words}`),
  ]
}

function becoming(before: bigint, after: bigint, noun: string): string {
  return before === after
    ? counted(Number(after), noun)
    : `${Number(before).toLocaleString('en')} -> ${counted(Number(after), noun)}`
}

function describeChange(change: CorrelationChange): string {
  const { sourceId, applicationId, accountId, identityIdBefore, identityIdAfter, rule } = change
  const why = rule === CorrelationRule.UNSPECIFIED ? '' : ` by ${enumWords(ruleWords, rule, 'rule')}`
  return `  ${sourceId}: ${applicationId} ${accountId}: ${identityIdBefore || 'nobody'} -> ${identityIdAfter || 'nobody'}${why}`
}

const ruleWords: Readonly<Record<CorrelationRule, string>> = {
  [CorrelationRule.UNSPECIFIED]: '',
  [CorrelationRule.LINK]: 'a link that somebody made',
  [CorrelationRule.MAP]: 'what the map names',
  [CorrelationRule.EMAIL]: 'mail address',
  [CorrelationRule.USERNAME]: 'user name',
  [CorrelationRule.ID]: 'id',
  [CorrelationRule.SERVICE]: 'being service accounts, which are identities',
  [CorrelationRule.SELF]: 'being the people, since no source defines any',
}

function factsOf({ inForce, previewed, changedCount, changes, note }: Found): Record<string, unknown> {
  const json = (all: readonly Correlation[]) => all.map((one) => toJson(CorrelationSchema, one))
  return {
    inForce: json(inForce),
    ...(note === ''
      ? {
          previewed: json(previewed),
          changed: Number(changedCount),
          changes: changes.map((change) => toJson(CorrelationChangeSchema, change)),
        }
      : { note }),
  }
}
