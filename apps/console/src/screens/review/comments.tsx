import type { ReviewComment } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { type FormEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { CommentField } from '../../kit/comment-field.tsx'
import { Failed } from '../../kit/failed.tsx'
import { formatCount } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { useMay } from '../../shell/rights.ts'
import { useTyped } from '../../shell/typed.ts'
import { refreshReviews } from '../hand-over/hand-over.ts'
import { texts } from './texts.ts'

interface Props {
  readonly itemId: string
  readonly count: number
  /** Items of a closed review accept no comments. */
  readonly isOpen: boolean
}

/** The comments of owner and reviewers on an item, and a field for another comment. */
export function Comments({ itemId, count, isOpen }: Props) {
  const [isShown, show] = useState(false)
  if (!isOpen && count === 0) return null
  return (
    <details onToggle={({ currentTarget }) => show(currentTarget.open)}>
      <summary>
        {texts.talk} <span className="muted">{count > 0 && `(${formatCount(count)})`}</span>
      </summary>
      {isShown && <Talk itemId={itemId} isOpen={isOpen} />}
    </details>
  )
}

const reviews = createClient(ReviewService, transport)
const commentsOf = ({ comments }: { readonly comments: readonly ReviewComment[] }) => comments

function Talk({ itemId, isOpen }: Pick<Props, 'itemId' | 'isOpen'>) {
  const mayDecide = useMay('decide')
  const query = useInfiniteQuery(
    ReviewService.method.listReviewComments,
    { itemId, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  const { items, more } = usePages(query, commentsOf)
  return (
    <div className="stack">
      {query.error !== null && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      <ul className="stack" aria-label={texts.talk}>
        {items.map(({ id, author, createTime, text }) => (
          <li key={id} className="said">
            <p className="small muted">
              <bdi>{author?.displayName || author?.id}</bdi>, {formatTime(createTime)}
            </p>
            <p className="words">
              <bdi>{text}</bdi>
            </p>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="button" onPress={more}>
          {texts.moreComments}
        </Button>
      )}
      {isOpen && mayDecide && <Say itemId={itemId} />}
    </div>
  )
}

function Say({ itemId }: { readonly itemId: string }) {
  const [text, setText, discard] = useTyped(`comment:${itemId}`, '')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const say = async (event: FormEvent) => {
    event.preventDefault()
    if (isBusy || text.trim() === '') return
    setBusy(true)
    try {
      await reviews.addReviewComment({ itemId, text })
      setProblem(undefined)
      discard()
      await refreshReviews()
    } catch (error) {
      setProblem(sentenceOf(error))
    }
    setBusy(false)
  }
  return (
    <form className="stack" onSubmit={(event) => void say(event)}>
      <CommentField label={texts.say} value={text} onChange={setText} />
      <p className="fault" role="alert">
        {problem}
      </p>
      <div>
        <Button className="button" type="submit">
          {texts.saySend}
        </Button>
      </div>
    </form>
  )
}
