import { MatrixService } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'
import { writeWho } from '../explore/search.ts'

const { describeMatrix } = MatrixService.method
const who = encodeURIComponent(writeWho([{ attribute: 'manager', values: ['i42', 'i43'] }]))

export const stories: Stories = {
  'nobody, below managers who are named': {
    path: `/matrix?who=${who}`,
    ready: 'Nobody matches, so that there is no matrix.',
    answers: [
      answer(describeMatrix, {
        version: '1',
        valueNames: ['i42', 'i43'].map((value, place) => ({
          attribute: 'manager',
          value,
          displayName: hardNames[place * 3] ?? '',
        })),
      }),
    ],
  },
  'people who hold nothing': {
    path: '/matrix',
    ready: '100,000 people hold nothing, so that there is no matrix.',
    answers: [answer(describeMatrix, { version: '1', rowCount: 100_000 })],
  },
  'nothing is loaded': {
    path: '/matrix',
    ready: 'there are no access data yet',
    answers: [answer(describeMatrix, new ConnectError('there are no access data yet', Code.FailedPrecondition))],
  },
  'a call that fails': {
    path: '/matrix',
    ready: 'The service is away',
    answers: [answer(describeMatrix, unavailable)],
  },
}
