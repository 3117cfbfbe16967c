import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Candidate } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { Review_State as State, Verdict } from '@assay/contracts/assay/review/v1/review_pb'
import {
  ExportEvidenceRequest_Format as Format,
  ReviewService,
} from '@assay/contracts/assay/review/v1/review_service_pb'
import type { PackReport } from '@assay/reviews'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { type Client, createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { boundedReviewerLines } from './bounded-reviewers.ts'
import { candidateHelp, candidateOf } from './candidate-argument.ts'
import { counted } from './counted.ts'
import { commentLine, describeItem, describeReview, itemLine, reasonNamed, reasonNames } from './describe-review.ts'
import { referenceOf } from './drafts.ts'
import { writeOutput } from './output-file.ts'
import { time } from './time-argument.ts'

type Print = (line: string) => void
type Reviews = Client<typeof ReviewService>
const client = async (): Promise<Reviews> =>
  createClient(ReviewService, (await connectToPlatform(readSettings())).transport)

/** `assay review ...`: reviews, in which reviewers decide on candidates. */
export function reviewCommand(print: Print): Command {
  const review = new Command('review').description('give candidates to reviewers, decide on them, and prove it')
  ownerCommands(review, print)
  reviewerCommands(review, print)
  evidenceCommand(review)
  verifyCommand(review, print)
  return review
}

interface CreateOptions {
  readonly reviewer: string[]
  readonly due?: Timestamp
  readonly note?: string
  readonly closeWhenDecided?: boolean
}

function ownerCommands(review: Command, print: Print): void {
  review
    .command('create')
    .description('give candidates to reviewers; each of them decides alone')
    .argument('<name>', 'what the review is called')
    .argument('<candidates...>', candidateHelp)
    .requiredOption('--reviewer <ids...>', 'people, or API clients')
    .option('--due <time>', 'when the decisions are due, such as 2026-01-31', time)
    .option('--note <text>', 'a note to the reviewers')
    .option('--close-when-decided', 'close it with the last decision')
    .action(async (displayName: string, texts: string[], options: CreateOptions) => {
      const items = texts.map((text): { candidate: Candidate } => ({ candidate: candidateOf(text) }))
      const { transport } = await connectToPlatform(readSettings())
      const made = await createClient(ReviewService, transport).createReview({
        displayName,
        items,
        reviewerIds: options.reviewer,
        note: options.note ?? '',
        ...(options.due && { dueTime: options.due }),
        closeWhenDecided: options.closeWhenDecided ?? false,
      })
      for (const line of describeReview(made)) print(line)
      for (const line of await boundedReviewerLines(transport, options.reviewer)) print(line)
    })
  review
    .command('list')
    .description('print the reviews, newest first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(['open', 'closed']))
    .action(async ({ state }: { state?: 'open' | 'closed' }) => {
      const reviews = await client()
      const asked = state === undefined ? {} : { state: state === 'open' ? State.OPEN : State.CLOSED }
      for (let pageToken = ''; ; ) {
        const page = await reviews.listReviews({ ...asked, pageSize: 100, pageToken })
        for (const one of page.reviews) for (const line of describeReview(one)) print(line)
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  review
    .command('show')
    .description('print a review with its items')
    .argument('<id>', 'the id of the review')
    .action(async (reviewId: string) => {
      const { transport } = await connectToPlatform(readSettings())
      const reviews = createClient(ReviewService, transport)
      const review = await reviews.getReview({ reviewId })
      for (const line of describeReview(review)) print(line)
      const waitsFor: string[] = []
      for (let pageToken = ''; ; ) {
        const page = await reviews.listReviewItems({ reviewId, pageSize: 100, pageToken })
        for (const item of page.items) {
          print(`  ${itemLine(item)}`)
          if (item.decision === undefined) waitsFor.push(...item.reviewerIds)
        }
        if (page.nextPageToken === '') break
        pageToken = page.nextPageToken
      }
      if (review.state === State.OPEN && waitsFor.length > 0)
        for (const line of await boundedReviewerLines(transport, waitsFor)) print(line)
    })
  review
    .command('remind')
    .description('send a mail now to the reviewers with open items')
    .argument('<id>', 'the id of the review')
    .action(async (reviewId: string) => {
      for (const line of describeReview(await (await client()).remindReviewers({ reviewId }))) print(line)
    })
  review
    .command('of')
    .description('print the reviews that a candidate is or was in, the newest first')
    .argument('<candidate>', 'suggestion:ID, role:ID, profile:ID or draft:ID')
    .action(async (text: string) => {
      const reviews = await client()
      for (let pageToken = ''; ; ) {
        const page = await reviews.listCandidateReviewItems({ ...keptCandidate(text), pageSize: 100, pageToken })
        for (const item of page.items) print(`${item.reviewDisplayName}  ${itemLine(item)}`)
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  review
    .command('reviewers')
    .description('search for possible reviewers')
    .argument('[text]', "a part of a client's name, or how a person's name or mail begins", '')
    .action(async (text: string) => {
      const { reviewers } = await (await client()).searchReviewers({ text })
      for (const { id, displayName, email } of reviewers) print([id, displayName, email].filter(Boolean).join('  '))
    })
  review
    .command('assign')
    .description('give an item to other reviewers')
    .argument('<item>', 'the id of the item')
    .argument('<reviewers...>', 'all reviewers that it has from now on: people, or API clients')
    .action(async (itemId: string, reviewerIds: string[]) => {
      const { transport } = await connectToPlatform(readSettings())
      print(itemLine(await createClient(ReviewService, transport).assignReviewItem({ itemId, reviewerIds })))
      for (const line of await boundedReviewerLines(transport, reviewerIds)) print(line)
    })
  review
    .command('close')
    .description('end the decisions of a review, and carry out what was decided')
    .argument('<id>', 'the id of the review')
    .option('--comment <text>', 'why')
    .option('--only-close', 'carry nothing out')
    .action(async (reviewId: string, options: { comment?: string; onlyClose?: boolean }) => {
      const reviews = await client()
      const closed = await reviews.closeReview({ reviewId, comment: options.comment ?? '' })
      for (const line of describeReview(closed)) print(line)
      if (!options.onlyClose) await carryOut(reviews, reviewId, false, print)
    })
  review
    .command('carry-out')
    .description('carry out what a closed review decided')
    .argument('<id>', 'the id of the review')
    .option('--retry', 'try those that failed once more')
    .action(async (reviewId: string, options: { retry?: boolean }) =>
      carryOut(await client(), reviewId, options.retry ?? false, print),
    )
}

const keptKinds: Readonly<Record<string, CandidateKind>> = {
  suggestion: CandidateKind.SUGGESTION,
  role: CandidateKind.POTENTIAL_ROLE,
  profile: CandidateKind.PROFILE,
  draft: CandidateKind.DRAFT,
}

function keptCandidate(text: string): { readonly candidateKind: CandidateKind; readonly candidateId: string } {
  const [kind = '', ...id] = text.split(':')
  const candidateKind = Object.hasOwn(keptKinds, kind) ? keptKinds[kind] : undefined
  if (candidateKind === undefined)
    throw new Error(`"${text}" is not a stored candidate. Use suggestion:ID, role:ID, profile:ID or draft:ID`)
  return { candidateKind, candidateId: id.join(':') }
}

async function carryOut(reviews: Reviews, reviewId: string, retryFailed: boolean, print: Print): Promise<void> {
  for (let afterNumber = 0, remaining = 1; remaining > 0; ) {
    const { items, remainingCount } = await reviews.carryOutReview({ reviewId, retryFailed, afterNumber })
    for (const item of items) print(`  ${itemLine(item)}`)
    afterNumber = items.at(-1)?.number ?? afterNumber
    remaining = remainingCount
  }
}

interface DecideOptions {
  readonly without?: string[]
  readonly reason?: string
  readonly comment?: string
  readonly change?: boolean
}

function reviewerCommands(review: Command, print: Print): void {
  review
    .command('mine')
    .description('print the items that wait for your decision, those that are due first')
    .option('--all', 'also items that are already decided')
    .action(async (options: { all?: boolean }) => {
      const reviews = await client()
      for (let pageToken = ''; ; ) {
        const page = await reviews.listMyReviewItems({
          includeDecided: options.all ?? false,
          pageSize: 100,
          pageToken,
        })
        for (const item of page.items) print(itemLine(item))
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  review
    .command('item')
    .description('print one item with its entitlements')
    .argument('<id>', 'the id of the item')
    .action(async (itemId: string) => {
      for (const line of describeItem(await (await client()).getReviewItem({ itemId }))) print(line)
    })
  review
    .command('comment')
    .description('comment on an item for its owner and reviewers, or print the comments')
    .argument('<id>', 'the id of the item')
    .argument('[text]', 'what to say')
    .action(async (itemId: string, text: string | undefined) => {
      const reviews = await client()
      if (text !== undefined) {
        print(commentLine(await reviews.addReviewComment({ itemId, text })))
        return
      }
      for (let pageToken = ''; ; ) {
        const page = await reviews.listReviewComments({ itemId, pageSize: 100, pageToken })
        for (const comment of page.comments) print(commentLine(comment))
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  const decision = (name: string, description: string) =>
    review
      .command(name)
      .description(description)
      .argument('<id>', 'the id of the item')
      .addOption(new Option('--reason <reason>', 'why').choices(reasonNames))
      .option('--comment <text>', 'why, in words')
      .option('--change', 'change an earlier decision')
  decision('approve', 'approve an item that is assigned to you')
    .option('--without <names...>', 'leave these entitlements out, each as APPLICATION/ENTITLEMENT')
    .action(async (itemId: string, options: DecideOptions) =>
      decide(itemId, options.without === undefined ? Verdict.APPROVED : Verdict.APPROVED_IN_PART, options, print),
    )
  decision('reject', 'reject an item that is assigned to you').action(async (itemId: string, options: DecideOptions) =>
    decide(itemId, Verdict.REJECTED, options, print),
  )
}

async function decide(itemId: string, verdict: Verdict, options: DecideOptions, print: Print): Promise<void> {
  const reviews = await client()
  const etag = options.change ? (await reviews.getReviewItem({ itemId })).etag : ''
  const decided = await reviews.decideReviewItem({
    itemId,
    etag,
    verdict,
    leftOut: (options.without ?? []).map(referenceOf),
    reason: reasonNamed(options.reason),
    comment: options.comment ?? '',
  })
  print(itemLine(decided))
}

interface EvidenceOptions {
  readonly from?: Timestamp
  readonly until?: Timestamp
  readonly format: 'html' | 'ndjson'
  readonly output?: string
}

function evidenceCommand(review: Command): void {
  review
    .command('evidence')
    .description('write what an auditor needs about a review, or about everything in a range of time')
    .argument('[id]', 'the id of the review')
    .option('--from <time>', 'everything from then on, such as 2026-01-01', time)
    .option('--until <time>', 'everything before', time)
    .addOption(
      new Option('--format <form>', 'html: a page to read and print; ndjson: to verify')
        .choices(['html', 'ndjson'])
        .default('html'),
    )
    .option('--output <file>', 'where to; by default to the standard output')
    .action(async (reviewId: string | undefined, { from, until, format, output }: EvidenceOptions) => {
      const request = {
        reviewId: reviewId ?? '',
        ...(from && { startTime: from }),
        ...(until && { endTime: until }),
        format: format === 'html' ? Format.HTML : Format.NDJSON,
      }
      await writeOutput((await client()).exportEvidence(request), output)
    })
}

/** Verifies a pack from its file alone, without the platform. */
function verifyCommand(review: Command, print: Print): void {
  review
    .command('verify')
    .description('verify an evidence pack in NDJSON by itself; ends with status 1 when something is wrong')
    .argument('<file>', 'the pack')
    .option('--head <file>', 'a head of the ledger that was stored elsewhere (assay ledger head)')
    .action(async (file: string, options: { head?: string }) => {
      const kept = options.head === undefined ? undefined : await readKeptHead(options.head)
      // Imported here, since only this command needs the library.
      const { verifyPack } = await import('@assay/reviews')
      // The reader of lines loses those that arrive before they are asked for, so nothing is awaited in between.
      const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
      const report = await verifyPack(lines, kept)
      for (const line of describePack(report)) print(line)
      if (report.faults.length > 0) throw new Error('The evidence is not whole.')
    })
}

async function readKeptHead(file: string) {
  const text = await readFile(file, 'utf8')
  try {
    const { tenantId, position, linkHash, keyId, signature, signTime, publicKeyJwk } = JSON.parse(text)
    const bytes = { linkHash: String(linkHash), signature: String(signature), keyId: String(keyId) }
    return {
      ...bytes,
      tenantId: Number(tenantId),
      position: Number(position),
      signTime: String(signTime),
      publicKey: JSON.parse(publicKeyJwk),
    }
  } catch (error) {
    throw new Error(`${file} is not a head of a ledger as "assay ledger head" prints it`, { cause: error })
  }
}

const mostFaults = 20

function describePack({
  reviews,
  items,
  entries,
  waiting,
  erasedItems,
  erasedValues,
  head,
  faults,
}: PackReport): string[] {
  return [
    `${counted(reviews, 'review')}, ${counted(items, 'item')}, ${counted(entries, 'entry', 'entries')} of the ledger`,
    ...(waiting > 0
      ? [`  ${counted(waiting, 'entry', 'entries')} wait for a signed head: export the pack once more`]
      : []),
    ...(erasedItems > 0 ? [`  ${counted(erasedItems, 'item')} of which something was erased`] : []),
    ...(erasedValues > 0 ? [`  ${counted(erasedValues, 'value')} erased`] : []),
    ...(head === undefined
      ? ['  no signed head']
      : [`  head ${head.position}, signed ${head.signTime} by the key ${head.keyId}`]),
    ...faults.slice(0, mostFaults).map((fault) => `  WRONG  ${fault}`),
    ...(faults.length > mostFaults ? [`  and ${faults.length - mostFaults} more`] : []),
    ...(faults.length === 0 ? ['Whole: nothing was changed.'] : []),
  ]
}
