import type { Stories } from '../../stories/story.ts'

export const stories: Stories = {
  'all keys': { path: '/keys', ready: 'Bringing data' },
}
