// In the place of shell/calls.ts: stories call no platform.
import { storyTransport } from './answers.ts'

export { queryClient, sentenceOf, untilAnswered, watchedCalls } from '../shell/calls.ts'
export const transport = storyTransport
