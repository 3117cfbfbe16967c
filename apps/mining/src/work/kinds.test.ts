import { eventQueues } from '@assay/events'
import { reviewQueues } from '@assay/reviews'
import { queues } from '@assay/role-mining'
import { sessionQueues } from '@assay/role-sessions'
import { sourceQueues } from '@assay/source-loads'
import { pullQueues } from '@assay/source-pulls'
import { expect, test } from 'vitest'
import { seenQueues, unseenQueues } from './kinds.ts'

test('every kind of work is shown to people, or is known as one that nobody waits for', () => {
  const all = [...queues, ...reviewQueues, ...sourceQueues, ...pullQueues, ...sessionQueues, ...eventQueues].map(
    ({ name }) => name,
  )
  expect([...seenQueues, ...unseenQueues].sort()).toEqual(all.sort())
})
