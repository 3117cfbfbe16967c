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

/** The result of sending one answer: `problem` is undefined when it was sent, otherwise a sentence with the reason. */
interface Sent {
  readonly itemId: string
  readonly problem: string | undefined
  /** The reviewer must read the item again before the answer can be sent. */
  readonly isOvertaken: boolean
}

/** Sends the answers one by one, in the order of the items: an answer that cannot be sent does not stop the next ones. */
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

/** The entitlement of a key, see `entitlementKey`. */
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
