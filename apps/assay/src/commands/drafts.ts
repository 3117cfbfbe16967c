import {
  CandidateService,
  Combination,
  type ComparedCounts,
  type Draft,
  DraftStep_Kind as Kind,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { candidateHelp, candidateOf } from './candidate-argument.ts'
import { describeCandidate } from './impact.ts'
import { minuteOf } from './minute.ts'

type Print = (line: string) => void
const client = async () => createClient(CandidateService, (await connectToPlatform(readSettings())).transport)

/** `assay compare`: two candidates side by side. */
export function compareCommand(print: Print): Command {
  return new Command('compare')
    .description('compare two candidates: what both have, and what only one has')
    .argument('<first>', candidateHelp)
    .argument('<second>')
    .action(async (first: string, second: string) => {
      const request = { first: candidateOf(first), second: candidateOf(second) }
      const found = await (await client()).compareCandidates(request)
      for (const line of [...describeCandidate(found.first), ...describeCandidate(found.second)]) print(line)
      print(sidesOf('people', found.identities))
      print(sidesOf('entitlements', found.entitlements))
      print(sidesOf('pairs', found.cells))
    })
}

function sidesOf(noun: string, counts: ComparedCounts | undefined): string {
  const { both = 0n, firstOnly = 0n, secondOnly = 0n, similarity = 0 } = counts ?? {}
  return `  ${noun.padEnd(13)}${both} in both, ${firstOnly} in the first only, ${secondOnly} in the second only (similarity ${similarity.toFixed(2)})`
}

/** `assay draft`: stored candidates. */
export function draftCommand(print: Print): Command {
  const command = new Command('draft').description('keep, merge, split and change candidates')
  const show = (draft: Draft | undefined) => {
    if (draft !== undefined) for (const line of describeDraft(draft)) print(line)
  }
  command
    .command('list')
    .description('print the drafts, the last changed first')
    .action(async () => {
      const drafts = await client()
      for (let pageToken = ''; ; ) {
        const page = await drafts.listDrafts({ pageSize: 100, pageToken })
        for (const { id, displayName, updatedBy } of page.drafts) print(`${id}  ${displayName}  (by ${updatedBy})`)
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  command
    .command('show <id>')
    .description('print the present content of a draft, and the steps that made it')
    .action(async (draftId: string) => show(await (await client()).getDraft({ draftId })))
  command
    .command('create')
    .description('keep a candidate')
    .argument('<candidate>', candidateHelp)
    .option('--name <name>', 'its name')
    .action(async (text: string, { name = '' }: { name?: string }) =>
      show(await (await client()).createDraft({ candidate: candidateOf(text), displayName: name })),
    )
  command
    .command('merge')
    .description('make one draft of several candidates')
    .argument('<candidates...>', candidateHelp)
    .option('--name <name>', 'its name')
    .option('--common-people', 'only people who are in all of them')
    .option('--common-entitlements', 'only entitlements that all of them give')
    .action(
      async (texts: string[], options: { name?: string; commonPeople?: boolean; commonEntitlements?: boolean }) => {
        const how = (isCommon: boolean | undefined) => (isCommon ? Combination.INTERSECTION : Combination.UNION)
        const request = {
          candidates: texts.map(candidateOf),
          people: how(options.commonPeople),
          entitlements: how(options.commonEntitlements),
          displayName: options.name ?? '',
        }
        show(await (await client()).mergeCandidates(request))
      },
    )
  command
    .command('split')
    .description('make two drafts of one candidate')
    .argument('<candidate>', candidateHelp)
    .option('--people <rule>', 'the first has the people of this rule in CEL')
    .option('--entitlements <names...>', 'the first has these, each as APPLICATION/ENTITLEMENT')
    .action(async (text: string, options: { people?: string; entitlements?: string[] }) => {
      const { first, second } = await (await client()).splitCandidate({
        candidate: candidateOf(text),
        by: splitBy(options),
      })
      show(first)
      show(second)
    })
  command
    .command('edit <id>')
    .description('replace the edits of a draft')
    .option('--name <name>', 'another name')
    .option('--add <names...>', 'entitlements to add, each as APPLICATION/ENTITLEMENT', [])
    .option('--remove <names...>', 'entitlements to remove', [])
    .option('--add-people <ids...>', 'people to add', [])
    .option('--remove-people <ids...>', 'people to remove', [])
    .action(async (draftId: string, options: EditOptions) => {
      const drafts = await client()
      const { etag } = await drafts.getDraft({ draftId })
      show(await drafts.updateDraft({ draftId, etag, edits: editsOf(options) }))
    })
  command
    .command('delete <id>')
    .description('delete a draft')
    .action(async (draftId: string) => {
      await (await client()).deleteDraft({ draftId })
      print(`Deleted ${draftId}.`)
    })
  return command
}

interface EditOptions {
  readonly name?: string
  readonly add: string[]
  readonly remove: string[]
  readonly addPeople: string[]
  readonly removePeople: string[]
}

function editsOf({ name, add, remove, addPeople, removePeople }: EditOptions) {
  return {
    ...(name !== undefined && { displayName: name }),
    addedEntitlements: add.map(referenceOf),
    removedEntitlements: remove.map(referenceOf),
    addedIdentityIds: addPeople,
    removedIdentityIds: removePeople,
  }
}

function splitBy({ people, entitlements }: { readonly people?: string; readonly entitlements?: readonly string[] }) {
  if ((people === undefined) === (entitlements === undefined)) throw new Error('Give either --people or --entitlements')
  if (people !== undefined)
    return { case: 'people' as const, value: { rule: { case: 'celExpression' as const, value: people } } }
  return { case: 'entitlements' as const, value: { entitlements: (entitlements ?? []).map(referenceOf) } }
}

/** `APPLICATION/ENTITLEMENT` */
export function referenceOf(text: string) {
  const at = text.indexOf('/')
  if (at <= 0) throw new Error(`"${text}" is not an entitlement. Give APPLICATION/ENTITLEMENT`)
  return { applicationId: text.slice(0, at), entitlementId: text.slice(at + 1) }
}

function describeDraft({ id, candidate, lineage, edits }: Draft): string[] {
  const changes = edits === undefined ? 0 : changesOf(edits)
  return [
    ...describeCandidate(candidate),
    `  draft:${id}${changes > 0 ? `, ${changes} edits` : ''}`,
    ...lineage.map(({ kind, madeBy, makeTime, importId, sources }) => {
      const of = sources.map((one) => `${one.kind} ${one.displayName}`).join(', ')
      return `  ${minuteOf(makeTime)}  ${Kind[kind].toLowerCase()} by ${madeBy} on import ${importId}${of === '' ? '' : `: ${of}`}`
    }),
  ]
}

function changesOf(edits: NonNullable<Draft['edits']>): number {
  const lists = [edits.addedEntitlements, edits.removedEntitlements, edits.addedIdentityIds, edits.removedIdentityIds]
  return lists.reduce((sum, { length }) => sum + length, 0) + (edits.rule === undefined ? 0 : 1)
}
