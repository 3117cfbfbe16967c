import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'

export type Verdict = 'yes' | 'no' | 'some'

/** The reviewer's answer to one item, not sent yet. */
export interface Answer {
  /** Undefined when the reviewer has typed something but not answered. */
  readonly verdict?: Verdict | undefined
  /** With `some`: keys of the left-out entitlements, see `entitlementKey`. */
  readonly leftOut: readonly string[]
  /** With `no`: a number of `DismissalReason`. */
  readonly reason: number
  readonly comment: string
  /** The etag of the item as the reviewer read it: an answer to an item that has changed since is refused. */
  readonly etag: string
  /** The answer was refused because another reviewer answered first; the reviewer must read the item again. */
  readonly isOvertaken?: boolean | undefined
}

export type Answers = Readonly<Record<string, Answer>>

export const noAnswer: Answer = { leftOut: [], reason: 0, comment: '', etag: '' }

/** Whether the answer is complete enough to be sent. */
export function isSendable(answer: Answer | undefined): answer is Answer & { readonly verdict: Verdict } {
  if (answer?.verdict === undefined || answer.isOvertaken) return false
  return answer.verdict !== 'some' || answer.leftOut.length > 0
}

/** Whether the item has a decision, or an answer in this tab. */
export function isAnswered(item: ReviewItem, answers: Answers): boolean {
  return isSendable(answers[item.id]) || (answers[item.id]?.verdict === undefined && item.decision !== undefined)
}
