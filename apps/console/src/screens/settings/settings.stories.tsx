import type { Stories } from '../../stories/story.ts'

const path = '/settings'

export const stories: Stories = {
  'all pages': { path, ready: 'API clients' },
  'the pages of a bounded reader': { path, ready: 'API description', rights: ['read'], isBounded: true },
}
