import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { answer, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/reviews'
const listed = (count: number) =>
  answer(ReviewService.method.listReviews, {
    reviews: Array.from({ length: count }, (_, place) => ({
      id: `${place}`,
      displayName: nameAt(place, 'Accountants of'),
      ownerId: `${place}`,
      owner: { id: `${place}`, displayName: nameAt(place + 1, 'Ada') },
      sums: { items: 120, undecided: place % 121, approved: 120 - (place % 121) },
    })),
  })

export const stories: Stories = {
  '10,000 of them, hard names': { path, ready: '10,000 reviews.', answers: [listed(10_000)] },
  'none is open': { path, ready: 'No review is open.', answers: [listed(0)] },
  'none is closed': { path: `${path}?state=closed`, ready: 'No review is closed yet.', answers: [listed(0)] },
  'a call that fails': {
    path,
    ready: 'The service is away',
    answers: [answer(ReviewService.method.listReviews, unavailable)],
  },
}
