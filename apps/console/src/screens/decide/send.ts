import { type ReviewItem, Verdict as Said } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { type Answer, type Answers, isSendable, type Verdict } from './answers.ts'
import { overtakenWords, texts } from './texts.ts'

const reviews = createClient(ReviewService, transport)

const verdicts: Readonly<Record<Verdict, Said>> = {
  yes: Said.APPROVED,
  no: Said.REJECTED,
  some: Said.APPROVED_IN_PART,
}

/** What became of one answer: undefined, it was sent; else why not, in a sentence. */
interface Sent {
  readonly itemId: string
  readonly problem: string | undefined
  /** It has to be read again before it can be sent. */
  readonly isOvertaken: boolean
}

/** Sends the answers one by one, in the order of the items: one that cannot be sent keeps no other. */
export async function* sendAnswers(
  items: readonly ReviewItem[],
  answers: Answers,
  userId: string,
): AsyncGenerator<Sent> {
  for (const { id: itemId } of items) {
    const answer = answers[itemId]
    if (!isSendable(answer)) continue
    try {
      await reviews.decideReviewItem(requestOf(itemId, answer))
      yield { itemId, problem: undefined, isOvertaken: false }
    } catch (error) {
      yield { itemId, ...(await problemOf(itemId, error, userId)) }
    }
  }
}

function requestOf(
  itemId: string,
  { verdict, leftOut, reason, comment, etag }: Answer & { readonly verdict: Verdict },
) {
  return {
    itemId,
    etag,
    verdict: verdicts[verdict],
    reason: verdict === 'no' ? reason : 0,
    comment: comment.trim(),
    leftOut: verdict !== 'some' ? [] : leftOut.map(entitlementOf),
  }
}

/** Of a key, see `entitlementKey`. */
function entitlementOf(key: string) {
  const [applicationId = '', entitlementId = ''] = JSON.parse(key) as readonly string[]
  return { applicationId, entitlementId }
}

async function problemOf(itemId: string, error: unknown, userId: string): Promise<Omit<Sent, 'itemId'>> {
  const { code } = ConnectError.from(error)
  if (code === Code.NotFound || code === Code.PermissionDenied) return { problem: texts.lost, isOvertaken: true }
  if (code !== Code.Aborted) return { problem: sentenceOf(error), isOvertaken: false }
  const item = await reviews.getReviewItem({ itemId }).catch(() => undefined)
  const problem = item === undefined ? texts.lost : overtakenWords(item, userId)
  return { problem, isOvertaken: true }
}
