// Replaces shell/calls.ts: stories do not call a platform.
import { storyTransport } from './answers.ts'

export { isRefused, queryClient, sentenceOf, untilAnswered, watchedCalls } from '../shell/calls.ts'
export const transport = storyTransport
