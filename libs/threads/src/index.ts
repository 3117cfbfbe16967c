export { lowerBackgroundThreads, lowerThisThread, lowerWhenLong } from './lowered-threads.ts'
export { collectWholeHeap } from './whole-collections.ts'
